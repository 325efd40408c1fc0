// A question drawn as the online page draws it (templates/study/question.html), from its JSON. Its words come from the
// page: `words` is the dataset of #words. HTML in a question was made safe by the server.

// What leads up to a question, and the question itself: its last paragraph.
export function split(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  const last = box.content.lastElementChild;
  if (!last) return ["", html];
  if (last.tagName !== "P") return [html, ""];
  last.remove();
  return [box.innerHTML.trim(), last.innerHTML];
}

export function plain(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  return box.content.textContent.replace(/\s+/g, " ").trim();
}

// The fields of a question, filled with `answer`. `changed` is called when something was moved by a button.
export function draw(question, answer, words, changed) {
  const fields = document.createElement("div");
  fields.className = "fields";
  const hint = (text) => fields.append(element("p", { className: "field-hint", id: "hint", textContent: text }));
  switch (question.kind) {
    case "single":
    case "multiple": {
      if (question.kind === "multiple") hint(words.all);
      const type = question.kind === "single" ? "radio" : "checkbox";
      const chosen = [answer].flat();
      fields.append(options(question.options.map(({ id, html }) => option(type, id, html, chosen.includes(id)))));
      break;
    }
    case "true-false": {
      const rows = [[true, words.true], [false, words.false]];
      fields.append(options(rows.map(([value, text]) => option("radio", String(value), text, answer === value)), "options options-two"));
      break;
    }
    case "text":
      hint(words.typed);
      fields.append(label("typed", words.answer, true), input("answer", "typed", answer, { lang: "vi", maxLength: 2000 }));
      break;
    case "written":
      hint(words.written);
      fields.append(label("typed", words.answer, true), written(answer));
      break;
    case "number":
      hint(words.number);
      fields.append(numbered(question, answer, words));
      break;
    case "match":
      for (const { id, html } of question.left) fields.append(field(id, html, select(id, question.right, answer?.[id], words.choose)));
      break;
    case "gaps":
      for (const gap of question.gaps) fields.append(field(gap.id, words.gap.replace("#", gap.id), gapField(gap, answer?.[gap.id], words)));
      break;
    case "order":
      hint(words.arrows);
      fields.append(ordering(question.options, answer, words, changed));
      break;
  }
  return fields;
}

// The answer in these fields, as the server takes it; null for none.
export function read(question, form) {
  const data = new FormData(form);
  const one = (data.get("answer") || "").trim() || null;
  switch (question.kind) {
    case "multiple": {
      const all = data.getAll("answer");
      return all.length ? all : null;
    }
    case "true-false":
      return one === null ? null : one === "true";
    case "match":
    case "gaps": {
      const parts = [...data].filter(([name, value]) => name.startsWith("answer.") && value.trim());
      return parts.length ? Object.fromEntries(parts.map(([name, value]) => [name.slice(7), value.trim()])) : null;
    }
    case "order":
      return [...form.querySelectorAll(".ordering-item")].map((item) => item.dataset.id);
    default:
      return one;
  }
}

function options(rows, className = "options") {
  const box = element("div", { className });
  box.append(...rows);
  return box;
}

function option(type, value, html, checked) {
  const row = element("label", { className: "option" });
  row.append(element("input", { type, name: "answer", value, checked }), element("span", { className: "option-body", innerHTML: html }));
  return row;
}

function input(name, id, value, more = {}) {
  const made = element("input", { className: "input", name, id, value: shown(value), autocomplete: "off", ...more });
  if (document.getElementById("hint")) made.setAttribute("aria-describedby", "hint");
  return made;
}

function written(answer) {
  return element("textarea", {
    className: "input ask-written", id: "typed", name: "answer", rows: 12, maxLength: 4000, lang: "vi", value: answer ?? "", autocomplete: "off",
  });
}

function numbered(question, answer, words) {
  const row = element("div", { className: "input-unit" });
  const unit = question.unit ? ` (${question.unit})` : "";
  row.append(label("typed", words.answer + unit, true), input("answer", "typed", answer, { className: "input input-short num", inputMode: "decimal", maxLength: 60 }));
  if (unit) {
    const shownUnit = element("span", { textContent: question.unit });
    shownUnit.setAttribute("aria-hidden", "true");
    row.append(shownUnit);
  }
  return row;
}

function gapField(gap, answer, words) {
  if (gap.options) return select(gap.id, gap.options, answer, words.choose);
  return input(`answer.${gap.id}`, `part-${gap.id}`, answer, { className: "input input-short", maxLength: 2000 });
}

function field(id, html, control) {
  const row = element("div", { className: "field" });
  row.append(label(`part-${id}`, html), control);
  return row;
}

function label(id, html, hushed = false) {
  return element("label", { htmlFor: id, innerHTML: html, className: hushed ? "hush" : "" });
}

function select(id, choices, chosen, nothing) {
  const made = element("select", { className: "input", id: `part-${id}`, name: `answer.${id}` });
  made.append(new Option(nothing, ""), ...choices.map((one) => new Option(plain(one.html), one.id, false, one.id === chosen)));
  return made;
}

// In order by buttons up and down; every place is taken at any time.
function ordering(items, answer, words, changed) {
  const list = element("ol", { className: "ordering" });
  const html = new Map(items.map((item) => [item.id, item.html]));
  const ids = answer?.length === items.length ? answer : items.map((item) => item.id);
  for (const id of ids) {
    const item = element("li", { className: "ordering-item" });
    item.dataset.id = id;
    const moves = element("span", { className: "ordering-moves" });
    const text = plain(html.get(id));
    for (const [sign, step, word] of [["↑", -1, words.up], ["↓", 1, words.down]]) {
      const button = element("button", { type: "button", textContent: sign });
      button.setAttribute("aria-label", `${word}: ${text}`);
      button.addEventListener("click", () => move(item, step, button));
      moves.append(button);
    }
    item.append(element("span", { className: "ordering-place" }), element("span", { className: "ordering-text", innerHTML: html.get(id) }), moves);
    list.append(item);
  }
  number();
  return list;

  function move(item, step, button) {
    const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (step < 0) other.before(item);
    else other.after(item);
    number();
    (button.disabled ? item.querySelector("button:not([disabled])") : button).focus();
    changed();
  }
  function number() {
    [...list.children].forEach((item, at, all) => {
      item.querySelector(".ordering-place").textContent = at + 1;
      const [up, down] = item.querySelectorAll("button");
      up.disabled = at === 0;
      down.disabled = at === all.length - 1;
    });
  }
}

function shown(value) {
  return typeof value === "number" ? String(value).replace(".", ",") : (value ?? "");
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
