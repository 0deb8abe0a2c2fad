// What happened, in a sentence. It changes with every frame, and is announced once it has stood still.

const STILL = 800 // ms

export class Readout {
  constructor(section) {
    this.seen = section.querySelector(".sentence")
    this.heard = section.querySelector(".heard")
    this.list = section.querySelector(".notices")
    this.notices = [] // about the address
    this.warnings = [] // about the run
    this.told = [] // by the page itself, until something else is chosen
  }

  // `address` holds the choices that the server has confirmed, where it has.
  show(texts, address) {
    if (texts.sentence !== undefined) {
      this.seen.textContent = texts.sentence
      clearTimeout(this.timer)
      this.timer = setTimeout(() => { this.heard.textContent = texts.sentence }, STILL)
    }
    if (address !== undefined && address !== this.address) {
      if (this.address !== undefined) this.told = []
      this.address = address
    }
    if (texts.notices) this.notices = texts.notices
    if (texts.warnings) this.warnings = texts.warnings
    this.list_all()
  }

  tell(sentence) {
    this.told = [...this.told.filter((each) => each !== sentence), sentence]
    this.list_all()
  }

  list_all() {
    const said = [...this.told, ...this.notices, ...this.warnings]
    if (said.join("\n") === this.said) return
    this.said = said.join("\n")
    this.list.hidden = said.length === 0
    this.list.replaceChildren(...said.map((text) => { // as text, never as markup
      const item = document.createElement("li")
      item.textContent = `${text} `
      return item
    }))
    this.list.tabIndex = this.list.scrollHeight > this.list.clientHeight ? 0 : -1 // what scrolls is reached by keyboard
  }
}
