// How much time is left: said at ten, five and one minute and at the end, never each second. The server is asked first:
// whoever was given more time meanwhile hears of that instead.
const MINUTE = 60_000;

export function watch(form, left, words) {
  const { attempt, closes } = form.dataset;
  let end = Date.now() + Number(form.dataset.left) * 1000;
  let told = Date.parse(closes); // the end by the server's clock
  left.setAttribute("role", "status");
  plan();

  function plan() {
    const now = Date.now();
    const next = [10, 5, 1, 0].find((minutes) => end - minutes * MINUTE > now);
    if (next !== undefined) setTimeout(() => tell(next), Math.min(end - next * MINUTE - now, 2 ** 31 - 1));
  }

  async function tell(minutes) {
    const added = await more();
    end += added;
    if (added) left.textContent = words.minutes.replace("#", Math.floor((end - Date.now()) / MINUTE));
    else left.textContent = minutes ? words.minutes.replace("#", minutes) : words.over;
    plan();
  }

  // Milliseconds; 0 without a network.
  async function more() {
    try {
      const reply = await fetch(`/api/v1/attempts/${attempt}`);
      if (!reply.ok) return 0;
      const until = Date.parse((await reply.json()).closes_at);
      const added = until - told;
      told = until;
      return added;
    } catch {
      return 0;
    }
  }
}
