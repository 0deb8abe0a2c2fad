// For a room: letters, strokes and marks grow together, and one plot can have the whole screen.

const ROOM = "(min-width: 1700px)" // a projector, most likely

export class Screen {
  // `look(large)` is called when the sizes change
  constructor(look) {
    this.look = look
    this.room = matchMedia(ROOM)
    this.button = document.querySelector("#projector")
    this.button.onclick = () => this.choose(!this.large)
    this.room.onchange = () => this.choose(this.room.matches)
    for (const button of document.querySelectorAll(".fill")) button.onclick = () => this.fill(button)
    addEventListener("keydown", ({ key, defaultPrevented }) => {
      if (key === "Escape" && !defaultPrevented && this.filling) this.fill(this.filling)
    })
    this.choose(this.room.matches)
  }

  choose(large) {
    this.large = large
    document.documentElement.classList.toggle("large", large)
    this.button.setAttribute("aria-pressed", String(large))
    this.look(large)
  }

  // The plot of a button takes the whole screen; the same button gives it back.
  fill(button) {
    const filling = this.filling !== button
    if (this.filling) this.mark(this.filling, false)
    this.filling = filling ? button : null
    if (filling) this.mark(button, true)
    document.body.classList.toggle("filled", filling)
  }

  mark(button, filling) {
    button.setAttribute("aria-pressed", String(filling))
    button.closest(".plot").classList.toggle("alone", filling)
    if (filling) button.focus()
  }
}
