// Snapshots that this browser keeps: a name, a small picture of the trace, and the link that brings all of it back. As a
// file they go to another browser; a file is read with care, for anybody may have written it.

import { read, write } from "./store.js"
import { tag } from "./tag.js"
import { say } from "./words.js"

const KEPT = "gallery" // in the store
const VERSION = 1
const MOST = 60 // snapshots
const LONGEST = { name: 100, link: 8000, picture: 60_000 } // characters
const LARGEST = 5_000_000 // bytes of a file
const WIDTH = 176, HEIGHT = 110 // px of a picture
const PICTURE = /^data:image\/png;base64,[A-Za-z0-9+/]+=*$/

// The snapshots of a text that was kept or is in a file. Throws an Error with a sentence where it is anything else.
export function checked(text) {
  let data
  try {
    data = JSON.parse(text)
  } catch {
    throw new Error(say("The file is no JSON."))
  }
  if (data?.what !== "expif gallery") throw new Error(say("The file is no gallery of this page."))
  if (!Number.isInteger(data.version) || data.version < 1) throw new Error(say("The gallery has no version."))
  if (data.version > VERSION) throw new Error(say("The gallery was saved by a newer version of the page ({version}).", { version: data.version }))
  if (!Array.isArray(data.snapshots)) throw new Error(say("The gallery has no list of snapshots."))
  if (data.snapshots.length > MOST) throw new Error(say("The gallery has {count} snapshots; {most} is the most.", { count: data.snapshots.length, most: MOST }))
  return data.snapshots.map((snapshot, place) => {
    for (const [name, longest] of Object.entries(LONGEST)) {
      const value = snapshot?.[name]
      if (typeof value !== "string") throw new Error(say("Snapshot {number} has no {name}.", { number: place + 1, name }))
      if (value.length > longest) throw new Error(say("The {name} of snapshot {number} is longer than {longest} characters.", { name, number: place + 1, longest }))
    }
    const { name, link, picture } = snapshot
    if (!link.startsWith("?")) throw new Error(say("The link of snapshot {number} does not begin with a question mark.", { number: place + 1 }))
    if (picture && !PICTURE.test(picture)) throw new Error(say("The picture of snapshot {number} is no PNG.", { number: place + 1 }))
    return { name, link, picture }
  })
}

export class Gallery {
  // `on` holds what to call: link() returns what brings the page back, picture() a canvas of the trace, name() what to
  // call it at first, open(query) opens a link
  constructor(on) {
    this.on = on
    this.dialog = document.querySelector("#gallery")
    this.list = this.dialog.querySelector(".snapshots")
    this.said = document.querySelector("#gallery_said")
    document.querySelector("#show_gallery").onclick = () => this.open()
    this.dialog.querySelector(".close").onclick = () => this.dialog.close()
    document.querySelector("#take_snapshot").onclick = () => this.take()
    document.querySelector("#export_gallery").onclick = () => this.save()
    const file = document.querySelector("#import_gallery")
    file.onchange = async () => {
      if (file.files.length) await this.add(file.files[0])
      file.value = "" // the same file may be chosen again
    }
  }

  open() {
    this.tell("")
    this.load()
    this.draw()
    this.dialog.showModal()
  }

  load() {
    const kept = read(KEPT)
    this.snapshots = []
    this.unread = null // what this page could not read, a newer one perhaps can
    if (kept === null) return
    try {
      this.snapshots = checked(kept)
    } catch (error) {
      this.unread = kept
      this.tell(say("What this browser has kept cannot be read: {problem}", { problem: error.message }))
    }
  }

  text() {
    return JSON.stringify({ what: "expif gallery", version: VERSION, snapshots: this.snapshots })
  }

  // Keeps other snapshots in place of these; where the browser refuses, they are there until the page is left.
  keep(snapshots, done) {
    this.snapshots = snapshots
    if (this.unread !== null && write(`${KEPT}.unread`, this.unread)) this.unread = null // it makes room, and is not lost
    const kept = this.unread === null && write(KEPT, this.text())
    this.tell(kept ? done : say("{done} But this browser does not let the page keep anything: save a file before you leave.", { done }))
    this.draw()
  }

  tell(sentence) {
    this.said.textContent = sentence
  }

  take() {
    if (this.snapshots.length >= MOST) return this.tell(say("The gallery is full: {most} snapshots. Remove one first.", { most: MOST }))
    const name = this.on.name().slice(0, LONGEST.name)
    this.keep([{ name, link: this.on.link(), picture: this.small() }, ...this.snapshots], say("Kept."))
  }

  small() {
    const whole = this.on.picture(), canvas = tag("canvas")
    canvas.width = WIDTH
    canvas.height = HEIGHT
    const pen = canvas.getContext("2d")
    pen.imageSmoothingQuality = "high"
    pen.fillStyle = getComputedStyle(document.body).backgroundColor
    pen.fillRect(0, 0, WIDTH, HEIGHT)
    pen.drawImage(whole, 0, 0, WIDTH, HEIGHT)
    const picture = canvas.toDataURL("image/png")
    return picture.length > LONGEST.picture ? "" : picture
  }

  save() {
    const place = URL.createObjectURL(new Blob([this.text()], { type: "application/json" }))
    const link = tag("a", { href: place, download: "expif-gallery.json" })
    link.click()
    setTimeout(() => URL.revokeObjectURL(place), 1000)
  }

  async add(file) {
    if (file.size > LARGEST) return this.tell(say("{file} was not added. It is larger than {most} MB.", { file: file.name, most: LARGEST / 1e6 }))
    let fresh
    try {
      fresh = checked(await file.text())
    } catch (error) {
      return this.tell(say("{file} was not added. {problem}", { file: file.name, problem: error.message }))
    }
    const known = new Set(this.snapshots.map((each) => JSON.stringify(each)))
    fresh = fresh.filter((each) => !known.has(JSON.stringify(each)))
    if (this.snapshots.length + fresh.length > MOST) {
      return this.tell(say("{file} was not added. With it the gallery would have more than {most} snapshots.", { file: file.name, most: MOST }))
    }
    this.keep([...fresh, ...this.snapshots], say("{count} added.", { count: fresh.length }))
  }

  // -- what is seen -----------------------------------------------------------------------------------------------
  draw() {
    this.list.replaceChildren(...this.snapshots.map((snapshot, place) => this.item(snapshot, place)))
    document.querySelector("#export_gallery").disabled = !this.snapshots.length
  }

  item(snapshot, place) {
    const { name, link, picture } = snapshot
    const restore = tag("button", { type: "button", class: "restore", "aria-label": say("Restore {name}", { name }), title: link })
    restore.append(picture ? tag("img", { src: picture, alt: "", width: WIDTH, height: HEIGHT }) : tag("span", {}, say("no picture")))
    restore.onclick = () => {
      this.dialog.close()
      this.on.open(new URLSearchParams(link))
    }
    const title = tag("input", { type: "text", "aria-label": say("Name"), maxlength: LONGEST.name })
    title.value = name
    title.onchange = () => this.keep(this.snapshots.with(place, { ...snapshot, name: title.value }), say("Renamed."))
    const remove = tag("button", { type: "button", class: "remove", "aria-label": say("Remove {name}", { name }), title: say("Remove") }, "×")
    remove.onclick = () => {
      this.keep(this.snapshots.toSpliced(place, 1), say("Removed."))
      const beside = this.list.querySelectorAll(".remove")
      const next = beside[Math.min(place, beside.length - 1)] ?? document.querySelector("#take_snapshot")
      next.focus()
    }
    return tag("li", {}, restore, tag("div", { class: "line" }, title, remove))
  }
}
