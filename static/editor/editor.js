// The editor of a page: CodeMirror with what a course needs and nothing more. Bundled into static/built/editor.js.
//
// It lives in a shadow root: its styles go into adopted style sheets there, which the strict content security policy
// lets pass; a <style> element of its making would be refused.
import { history, historyKeymap, defaultKeymap, indentLess, indentMore } from "@codemirror/commands";
import { HighlightStyle, Language, defineLanguageFacet, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, nextDiagnostic, previousDiagnostic, setDiagnostics } from "@codemirror/lint";
import { closeSearchPanel, highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorSelection, EditorState, Prec, Transaction } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { Table, parser } from "@lezer/markdown";
import { onward } from "./lists.js";

const markdown = new Language(defineLanguageFacet({ commentTokens: {} }), parser.configure([Table]), [], "markdown");

const look = HighlightStyle.define([
  { tag: [tags.heading1, tags.heading2, tags.heading3, tags.heading4], fontWeight: "700", color: "var(--rice)" },
  { tag: tags.strong, fontWeight: "700" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: [tags.link, tags.url], color: "var(--rice)" },
  { tag: [tags.processingInstruction, tags.contentSeparator, tags.meta], color: "var(--ink-2)" },
  { tag: tags.quote, color: "var(--ink-2)" },
  { tag: tags.monospace, color: "var(--gold)" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "1rem", color: "var(--ink)", backgroundColor: "var(--surface)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: 'ui-monospace, "Cascadia Mono", "Roboto Mono", "Noto Sans Mono", monospace', lineHeight: "1.6", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", padding: "12px 0" },
  ".cm-line": { padding: "0 12px" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--ink-2)", border: "0" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--sunken) 55%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)", fontWeight: "700" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground, ::selection": { backgroundColor: "var(--rice-soft)" },
  ".cm-selectionMatch": { backgroundColor: "var(--gold-soft)" },
  ".cm-searchMatch": { backgroundColor: "var(--gold-soft)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--rice-soft)", outline: "1px solid var(--rice)" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panel.cm-search": { padding: "8px 12px", display: "flex", flexWrap: "wrap", gap: "6px", alignItems: "center", fontFamily: "var(--font)" },
  ".cm-panel.cm-search br": { display: "none" },
  ".cm-panel.cm-search label": { fontSize: ".875rem", display: "inline-flex", alignItems: "center", minHeight: "44px" },
  ".cm-textfield": { minHeight: "44px", padding: "0 8px", border: "2px solid var(--edge)", borderRadius: "6px", backgroundColor: "var(--surface)", color: "var(--ink)", fontFamily: "var(--font)", fontSize: "1rem" },
  ".cm-textfield:focus": { outline: "3px solid var(--focus)", outlineOffset: "1px" },
  ".cm-button": { minHeight: "44px", minWidth: "44px", padding: "0 10px", border: "1px solid var(--edge)", borderRadius: "6px", background: "var(--surface)", color: "var(--ink)", fontFamily: "var(--font)", fontSize: ".875rem" },
  ".cm-panel.cm-search [name=close]": { position: "static", minWidth: "44px", minHeight: "44px", color: "var(--ink)", fontSize: "1.25rem" },
  ".cm-tooltip": { maxWidth: "28rem", backgroundColor: "var(--surface)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "6px", fontFamily: "var(--font)", fontSize: ".9375rem" },
  ".cm-diagnostic": { padding: "8px 12px", borderLeft: "4px solid var(--soil)", whiteSpace: "pre-line" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--gold)" },
  ".cm-diagnostic-info": { borderLeftColor: "var(--rice)" },
  ".cm-lintRange": { backgroundImage: "none", textDecoration: "underline wavy var(--soil)", textUnderlineOffset: "4px" },
  ".cm-lintRange-warning": { textDecorationColor: "var(--gold)" },
  ".cm-lintRange-info": { textDecorationColor: "var(--rice)" },
  ".cm-gutter-lint": { width: "1.25rem" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0 .15rem" },
  ".cm-lint-marker": { width: "1rem", height: "1rem", cursor: "pointer" },
  ".cm-lint-marker-error": { content: "none", borderRadius: "50%", backgroundColor: "var(--soil)" },
  ".cm-lint-marker-warning": { content: "none", borderRadius: "2px", transform: "rotate(45deg) scale(.75)", backgroundColor: "var(--gold)" },
  ".cm-lint-marker-info": { content: "none", borderRadius: "2px", transform: "scale(.75)", backgroundColor: "var(--rice)" },
});

const fromServer = Transaction.userEvent.of("input.server");

/** Puts the editor into `parent`. `words`: phrases of CodeMirror by their English text. `commands`: key → function. */
export function mount({ parent, text, label, words, commands, changed, readOnly }) {
  const root = parent.attachShadow({ mode: "open" });
  const closed = new Compartment();
  const own = Object.entries(commands).map(([key, run]) => ({ key, run: () => (run(), true), preventDefault: true }));
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        search({ top: true }),
        EditorView.lineWrapping,
        markdown,
        syntaxHighlighting(look),
        theme,
        closed.of([EditorState.readOnly.of(Boolean(readOnly)), EditorView.editable.of(!readOnly)]),
        EditorState.phrases.of(words),
        // Keyboards that write Vietnamese correct what they wrote: nothing may be put right behind their back.
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0", lang: "vi", spellcheck: "false", autocorrect: "off", autocapitalize: "sentences", writingsuggestions: "false" }),
        Prec.high(keymap.of([{ key: "Enter", run: enter }, ...own])),
        keymap.of([{ key: "Tab", run: tab }, { key: "Shift-Tab", run: back }, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !update.transactions.some((one) => one.isUserEvent("input.server"))) changed();
        }),
      ],
    }),
  });

  return {
    text: () => view.state.doc.toString(),
    /** Another text altogether, as one step that can be undone. */
    load(other, { quiet = false } = {}) {
      view.dispatch({ changes: smallest(view.state.doc.toString(), other), annotations: quiet ? [fromServer] : [] });
    },
    selection: () => ({ from: view.state.selection.main.from, to: view.state.selection.main.to }),
    replace(from, to, insert, select = [insert.length, insert.length]) {
      view.dispatch({
        changes: { from, to, insert },
        selection: EditorSelection.single(from + select[0], from + select[1]),
        userEvent: "input.insert",
        scrollIntoView: true,
      });
      view.focus();
    },
    line(at) {
      const line = view.state.doc.lineAt(Math.min(at, view.state.doc.length));
      return { from: line.from, to: line.to, text: line.text, number: line.number };
    },
    goTo(number, column = 1) {
      const line = view.state.doc.line(Math.max(1, Math.min(number, view.state.doc.lines)));
      const at = Math.min(line.from + column - 1, line.to);
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
      view.focus();
    },
    faults(found) {
      view.dispatch(setDiagnostics(view.state, found.map((fault) => diagnostic(view.state.doc, fault)).sort((a, b) => a.from - b.from)));
    },
    topLine() {
      const block = view.lineBlockAtHeight(view.scrollDOM.scrollTop);
      return view.state.doc.lineAt(block.from).number;
    },
    lock(shut) {
      view.dispatch({ effects: closed.reconfigure([EditorState.readOnly.of(shut), EditorView.editable.of(!shut)]) });
    },
    composing: () => view.composing,
    focus: () => view.focus(),
    find: () => openSearchPanel(view),
    next: () => nextDiagnostic(view),
    previous: () => previousDiagnostic(view),
    close: () => closeSearchPanel(view),
    scroller: view.scrollDOM,
    dom: view.contentDOM,
  };
}

/** Where a fault stands: to the end of its word, or of its line where it begins the line. */
function diagnostic(doc, fault) {
  const line = doc.line(Math.max(1, Math.min(fault.line, doc.lines)));
  const from = Math.min(line.from + Math.max(fault.column - 1, 0), line.to);
  const rest = line.text.slice(from - line.from);
  const word = fault.column > 1 ? rest.match(/^[^\s,;:.!?]+/) : null;
  return {
    from,
    to: word ? from + word[0].length : line.to,
    severity: { fault: "error", warning: "warning" }[fault.severity] || "info",
    message: `${fault.message}\n→ ${fault.remedy}`,
    source: fault.code,
  };
}

function enter(view) {
  const { state } = view;
  if (view.composing || state.readOnly || state.selection.ranges.length > 1 || !state.selection.main.empty) return false;
  const at = state.selection.main.head;
  const line = state.doc.lineAt(at);
  if (at !== line.to) return false;
  const step = onward(line.text);
  if (step === null) return false;
  const change = step === "" ? { from: line.from, to: line.to, insert: "" } : { from: at, insert: `\n${step}` };
  view.dispatch({ changes: change, selection: { anchor: change.from + change.insert.length }, userEvent: "input", scrollIntoView: true });
  return true;
}

// Tab leaves the editor, as everywhere on the page; only within a list it indents.
function tab(view) {
  return inList(view) ? indentMore(view) : false;
}
function back(view) {
  return inList(view) ? indentLess(view) : false;
}
function inList(view) {
  const line = view.state.doc.lineAt(view.state.selection.main.head);
  return /^\s*([-*+]|\d{1,3}[.)])\s/.test(line.text);
}

/** The one change between two texts: what lies between their common beginning and their common end. */
function smallest(old, other) {
  let from = 0;
  const most = Math.min(old.length, other.length);
  while (from < most && old[from] === other[from]) from++;
  let end = 0;
  while (end < most - from && old[old.length - 1 - end] === other[other.length - 1 - end]) end++;
  return { from, to: old.length - end, insert: other.slice(from, other.length - end) };
}
