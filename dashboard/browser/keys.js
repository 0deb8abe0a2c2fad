// Keys that hold everywhere on the page, the list of all keys, and the links that skip over what comes between.

// What takes the space bar for itself.
const SPACE = "button, select, summary, a, [role=tab]"

const writing = (element) => element.matches("input:not([type=range]), select, textarea")

export class Keys {
  // `on` holds what to call: undo(), redo(), large(), pin(), lesson(number), play(), sound(), poke() when its key is pressed
  constructor(on) {
    this.on = on
    this.dialog = document.querySelector("#keys")
    document.querySelector("#show_keys").onclick = () => this.dialog.showModal()
    this.dialog.querySelector("button").onclick = () => this.dialog.close() // the browser gives the focus back
    for (const link of document.querySelectorAll(".skip a")) {
      link.onclick = (event) => {
        event.preventDefault() // the address is for choices
        document.querySelector(link.hash).focus()
      }
    }
    addEventListener("keydown", (event) => this.press(event))
  }

  press(event) {
    if (document.querySelector("dialog[open]") || writing(event.target) || event.altKey) return
    const control = event.ctrlKey || event.metaKey
    const key = `${control ? "Control+" : ""}${control && event.shiftKey ? "Shift+" : ""}${event.key.toLowerCase()}`
    const act = {
      "?": () => this.dialog.showModal(),
      "Control+z": this.on.undo, "Control+Shift+z": this.on.redo, "Control+y": this.on.redo, "f": this.on.large, "p": this.on.pin,
      "s": this.on.sound, "x": this.on.poke, " ": event.target.matches(SPACE) ? undefined : this.on.play,
    }[key]
    if (!act) return this.open_lesson(event)
    event.preventDefault()
    if (!event.repeat || control) act()
  }

  open_lesson({ key, ctrlKey, metaKey, target }) {
    if (/^[1-9]$/.test(key) && !ctrlKey && !metaKey && !target.matches("select")) this.on.lesson(Number(key))
  }
}
