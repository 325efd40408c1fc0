// Offers to put the site among the phone's apps, once a lesson is done: by the browser's own question where it has one,
// by a line of words on an iPhone. Said no once, it does not ask again.
export function offer(box) {
  if (matchMedia("(display-mode: standalone)").matches || navigator.standalone || localStorage.install) return;
  const close = () => {
    localStorage.install = "asked";
    box.hidden = true;
  };
  box.querySelector("[data-no]").addEventListener("click", close);
  if (navigator.standalone === false) {
    box.querySelector("[data-iphone]").hidden = false;
    box.hidden = false;
  }
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    const yes = box.querySelector("[data-yes]");
    yes.hidden = false;
    box.hidden = false;
    yes.addEventListener("click", async () => {
      event.prompt();
      await event.userChoice;
      close();
    }, { once: true });
  });
}
