// Texts of a lesson as elements: a paragraph for each line, and V_T as a letter with its index. Never as markup.

import { tag } from "./tag.js"

const SYMBOL = /(\p{L})_(\p{L}+)/gu

export function letters(text) {
  const parts = []
  let from = 0
  for (const { 0: all, 1: letter, 2: index, index: at } of text.matchAll(SYMBOL)) {
    parts.push(text.slice(from, at), tag("i", {}, letter), tag("sub", {}, index))
    from = at + all.length
  }
  return [...parts, text.slice(from)].filter((part) => part !== "")
}

export function paragraphs(text) {
  return text.split("\n").map((line) => tag("p", {}, ...letters(line)))
}
