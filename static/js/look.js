// Before anything is painted: how its reader wants to see a page. Without this script a page is as everybody sees it.
// It stands in every page (learning/web/scripts.py), and fetches the page's modules once that has been painted.
(() => {
  const root = document.documentElement;
  const words = document.currentScript.dataset;
  for (const name of ["size", "theme", "pictures"]) {
    try {
      if (localStorage[name]) root.dataset[name] = localStorage[name];
    } catch { break; } // a browser that keeps nothing
  }
  root.classList.add("js");

  // Sparing data: a picture comes when it is asked for; its place and its words are there.
  const sparing = root.dataset.pictures ? root.dataset.pictures === "asked" : navigator.connection?.saveData;
  if (sparing) new MutationObserver(() => document.querySelectorAll("img[loading=lazy]:not([data-src])").forEach(hold)).observe(root, { childList: true, subtree: true });
  function hold(picture) {
    const [width, height] = [picture.getAttribute("width") ?? 320, picture.getAttribute("height") ?? 180];
    picture.dataset.src = picture.getAttribute("src");
    picture.src = `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='${width}' height='${height}'/>`;
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "button button-quiet", textContent: words.picture });
    button.dataset.comfort = "picture";
    picture.after(button);
  }

  // Reading aloud is offered where there is a voice for it.
  const voices = () => {
    const language = document.querySelector("[data-comfort=listen]")?.dataset.language;
    if (language && speechSynthesis.getVoices().some((voice) => voice.lang.startsWith(language))) root.classList.add("voiced");
  };
  if ("speechSynthesis" in window) {
    addEventListener("load", voices);
    speechSynthesis.addEventListener?.("voiceschanged", voices);
  }

  const act = (event) => {
    const part = event.target.closest?.("[data-comfort]");
    if (part && (event.type === "toggle") === (part.localName === "details")) import(words.comfort).then((module) => module[part.dataset.comfort](part));
  };
  addEventListener("click", act);
  addEventListener("toggle", act, true);

  // What acts on a page comes when it has been painted: it does not hold up what is to be read.
  const come = () => words.modules.match(/\S+/g)?.forEach((address) => import(address));
  addEventListener("DOMContentLoaded", () => {
    if (!window.PerformanceObserver?.supportedEntryTypes?.includes("paint")) return come();
    const painted = new PerformanceObserver((list) => {
      if (!list.getEntriesByName("first-contentful-paint").length) return;
      painted.disconnect();
      come();
    });
    painted.observe({ type: "paint", buffered: true });
  });
})();
