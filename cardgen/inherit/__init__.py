"""Reading other people's cards: their sections, the facts they state, and manifests made from them."""
