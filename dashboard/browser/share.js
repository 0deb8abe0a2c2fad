// A link that opens the page as it is now, with its pins: to copy, to point a phone at, to put into a page of a course.

import { say } from "./words.js"

const VERSION = 1 // of links, as in address.py
const HERE = ["v", "embed", "room"] // of this page alone: a room is for those within

const find = (id) => document.getElementById(id)

// The query of a link that is passed on, of what an address says: [name, value].
export function linked(parts, also = []) {
  return `?${new URLSearchParams([["v", VERSION], ...parts.filter(([name]) => !HERE.includes(name)), ...also])}`
}

export class Share {
  // `on` holds what to call: address() returns all that an address says, as [name, value]; picture(link, then) asks for
  // a picture to point a phone at
  constructor(on) {
    this.on = on
    this.box = find("share_box")
    this.link = find("share_link")
    this.frame = find("share_frame")
    this.said = find("share_said")
    this.embed = find("share_embed")
    this.box.addEventListener("beforetoggle", ({ newState }) => { if (newState === "open") this.show() })
    this.embed.onchange = () => this.show()
    find("copy_link").onclick = () => this.copy(this.link)
    find("copy_frame").onclick = () => this.copy(this.frame)
    for (const text of [this.link, this.frame]) text.onfocus = () => text.select()
  }

  href(embed) {
    return `${location.origin}${location.pathname}${linked(this.on.address(), embed ? [["embed", 1]] : [])}`
  }

  show() {
    const embed = this.embed.checked, href = this.href(embed)
    this.link.value = href
    this.frame.value = `<iframe src="${href.replaceAll("&", "&amp;")}" width="100%" height="900" title="${document.title}"></iframe>`
    find("share_course").hidden = !embed
    this.said.textContent = ""
    this.on.picture(href, (picture) => this.draw(picture))
  }

  draw(picture) {
    const place = find("share_code")
    if (picture) place.innerHTML = picture // our own server draws it
    else place.textContent = say("The link is too long for a picture.")
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text.value) // there is none on pages that came by plain http
      this.said.textContent = say("Copied.")
    } catch {
      text.focus()
      text.select()
      this.said.textContent = say("This browser does not let the page copy. The text is selected: copy it with Ctrl+C, or hold your finger on it.")
    }
  }
}
