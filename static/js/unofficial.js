// What this phone makes of an answer whose key it has: never official, and "unsure" wherever only the server's own reading
// of what was typed would tell.

// "right", "partly", "wrong", "unsure" or "not_answered". `key` as the pack has it (learning/quizzes/travelling.py).
export function verdict(question, answer, key) {
  if (answer === null || answer === undefined) return "not_answered";
  switch (question.kind) {
    case "single":
    case "true-false":
      return answer === key.right ? "right" : "wrong";
    case "multiple":
      return ofMultiple(answer, key.right);
    case "text":
      return typed(answer, key.accepted[""]);
    case "number":
      return ofNumber(answer, key);
    case "match":
      return together(question.left.filter(({ id }) => id in key.right).map(({ id }) => part(answer[id], key.right[id])));
    case "order":
      return ofOrder(answer, key.right);
    case "gaps":
      return together(question.gaps.map(({ id }) => ofGap(answer[id], id, key)));
    default:
      return "unsure";
  }
}

function ofMultiple(answer, right) {
  const hits = answer.filter((id) => right.includes(id)).length;
  if (hits === right.length && answer.length === hits) return "right";
  return hits > answer.length - hits ? "partly" : "wrong";
}

function ofOrder(answer, right) {
  const pairs = answer.slice(1).filter((id, at) => right.indexOf(id) === right.indexOf(answer[at]) + 1).length;
  if (answer.length === right.length && pairs === right.length - 1 && answer[0] === right[0]) return "right";
  return pairs ? "partly" : "wrong";
}

function ofGap(given, id, key) {
  if (given === undefined || given === "") return "wrong";
  return key.accepted?.[id] ? typed(given, key.accepted[id]) : part(given, key.right[id]);
}

function part(given, right) {
  return given === right ? "right" : "wrong";
}

function together(parts) {
  if (parts.includes("unsure")) return "unsure";
  if (parts.every((one) => one === "right")) return "right";
  return parts.includes("right") ? "partly" : "wrong";
}

function typed(text, accepted) {
  return accepted.map(plain).includes(plain(text)) ? "right" : "unsure";
}

function plain(text) {
  const one = String(text).normalize("NFC").toLowerCase().trim().replace(/\s+/gu, " ");
  return one.replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, "") || one;
}

// The server leaves the bounds out where they are no finite decimals.
function ofNumber(answer, { low, high }) {
  const text = String(answer).trim();
  const isNumber = typeof answer === "number" || /^-?(\d+|[1-9]\d{0,2}(\.\d{3})+)(,\d+)?$/.test(text);
  if (!isNumber || low === undefined) return "unsure";
  const value = typeof answer === "number" ? answer : Number(text.replaceAll(".", "").replace(",", "."));
  return value >= low && value <= high ? "right" : "wrong";
}
