/**
 * What a new line begins with after `line`: the next item of a list, the next line of a quotation.
 * "" where an empty item ends the list; null where nothing goes on.
 */
export function onward(line) {
  const found = line.match(/^(\s*)(?:([-*+] )(\(\s*[xX]?\s*\) |\[[ xX]?\] )?|(\d{1,3})([.)]) |(> ?))(.*)$/);
  if (!found) return null;
  const [, indent, bullet, box, number, dot, quote, rest] = found;
  if (!rest.trim()) return "";
  if (quote !== undefined) return indent + quote;
  if (number !== undefined) return `${indent}${Number(number) + 1}${dot} `;
  return indent + bullet + (box ? box.replace(/[xX]/, " ").replace(/\(\s*\)/, "( )") : "");
}
