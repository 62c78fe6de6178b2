"""Is a card true and whole? One module per family of rules; works on any card, cardgen's own or not."""
