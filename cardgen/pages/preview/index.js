"use strict";
(() => {
  const table = document.getElementById("cards");
  const filter = document.getElementById("filter");
  const attention = document.getElementById("attention");
  const count = document.getElementById("count");
  const none = document.getElementById("none");
  const cards = Array.from(table.tBodies);
  const words = new Map(); // of a card, read when it is first asked for
  const noun = (number) => `${number} ${number === 1 ? "card" : "cards"}`;
  let sorted = "";

  const tell = () => {
    const shown = cards.filter((card) => !card.hidden).length;
    none.hidden = shown > 0;
    count.textContent = (shown === cards.length ? noun(shown) : `${shown} of ${noun(cards.length)}`) + sorted;
  };

  const wordsOf = (card) => {
    if (!words.has(card)) words.set(card, card.textContent.toLowerCase());
    return words.get(card);
  };

  const choose = () => {
    const asked = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const card of cards) {
      const fits = asked.every((word) => wordsOf(card).includes(word));
      card.hidden = !fits || (attention.checked && !card.dataset.look);
    }
    tell();
  };

  const compare = (one, other, key) => {
    const [left, right] = [one.dataset[key] ?? "", other.dataset[key] ?? ""];
    if (left === "" || right === "") return null;
    if (!["name", "variant", "evidence"].includes(key)) return Number(left) - Number(right);
    return left < right ? -1 : left > right ? 1 : 0;
  };

  const sort = (button) => {
    const head = button.closest("th");
    const now = head.getAttribute("aria-sort");
    const order = now ? (now === "ascending" ? "descending" : "ascending") : button.dataset.first;
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", order);
    const { key } = button.dataset;
    const places = new Map(cards.map((card, at) => [card, at]));
    const ordered = [...cards].sort((one, other) => {
      const difference = compare(one, other, key);
      if (difference === null) {
        // What a card does not have comes last in either order.
        const lacking = Number((one.dataset[key] ?? "") === "") - Number((other.dataset[key] ?? "") === "");
        return lacking || places.get(one) - places.get(other);
      }
      return (order === "ascending" ? difference : -difference) || places.get(one) - places.get(other);
    });
    table.append(...ordered);
    sorted = `, sorted by ${button.textContent.trim().toLowerCase()}, ${order}`;
    tell();
  };

  filter.form.addEventListener("submit", (event) => event.preventDefault());
  filter.addEventListener("input", choose);
  filter.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      filter.value = "";
      choose();
    }
  });
  attention.addEventListener("change", choose);
  table.tHead.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) sort(button);
  });
  if (filter.value || attention.checked) choose(); // what a browser has kept over a reload
})();
