// The list of lessons, in a dialog: titles, what each is about, and what is wrong with a file that could not be read.

import { say } from "./words.js"
import { tag } from "./tag.js"

export class LessonList {
  constructor(dialog, lessons, open) {
    this.dialog = dialog
    const said = (text) => text[document.documentElement.lang] ?? text.en
    const entries = lessons.map(({ name, title, about, problem }, number) => {
      if (problem) return tag("li", {}, tag("p", { class: "problem" }, say("A lesson was left out: {problem}", { problem })))
      const made = tag("button", { type: "button", ...(number < 9 && { "aria-keyshortcuts": String(number + 1) }) }, tag("kbd", {}, String(number + 1)), tag("strong", {}, said(title)), tag("span", {}, said(about)))
      made.onclick = () => {
        dialog.close()
        open(name)
      }
      return tag("li", {}, made)
    })
    dialog.querySelector("ol").replaceChildren(...entries)
    dialog.querySelector(".close").onclick = () => dialog.close()
    document.querySelector("#lessons").onclick = () => dialog.showModal()
  }
}
