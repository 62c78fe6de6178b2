"use strict";
(() => {
  const events = new EventSource(`/events?from=${document.body.dataset.version}`);
  events.addEventListener("change", () => location.reload());
})();
