// The line to the server. The page owns the choices: whatever the server has not confirmed is sent again with every
// message, so the newest message is all that the server needs, and nothing is lost when one, or the server, is.

import { read } from "./frames.js"
import { language, say } from "./words.js"

const PATIENCE = 150 // ms for an answer, before a newer choice is sent all the same; doubled each time,
const MOST_PATIENCE = 1000 // up to this
const LATE = 1000 // ms without an answer after which the page says that it is waiting

export class Link {
  // `on` holds what to call: message(message), waiting(true or false), lost(sentence), back(), wanted() when the page wants
  // something itself, chosen() when a choice is made, and ahead(), which returns what is to be played, if anything is
  constructor(on, tab) {
    this.on = on
    this.tab = tab
    this.seq = 0
    this.address = location.search // query string of the confirmed choices; until there are some, of those to come
    this.unconfirmed = new Map() // name -> { value, seq }; seq is Infinity until it is sent
    this.view = null // [start, end] in ms, where less than the whole run is seen
    this.pins = [] // query strings of pinned runs, null where there is none
    this.flags = new Map() // reset, ask, tab, view, link, pins, play: name -> seq
    this.patience = PATIENCE
    this.following = false // then what is shown comes from a room, and the page wants nothing
  }

  // -- what the page wants ----------------------------------------------------------------------------------------
  choose(choices) {
    this.on.chosen()
    for (const [name, value] of Object.entries(choices)) this.unconfirmed.set(name, { value, seq: Infinity })
    this.push()
  }

  forget(names) {
    for (const name of names) this.unconfirmed.delete(name)
  }

  reset() { // to the values of the preset
    this.on.chosen()
    const preset = this.query().get("preset")
    this.unconfirmed.clear()
    if (preset) this.unconfirmed.set("preset", { value: preset, seq: Infinity })
    this.flag("reset")
  }

  restore(choices, tab) {
    this.unconfirmed.clear()
    this.flags.set("reset", Infinity)
    this.tab = tab
    this.choose(choices)
  }

  restoring() {
    return this.flags.has("reset")
  }

  flag(name) {
    this.flags.set(name, Infinity)
    this.push()
  }

  open(tab) {
    this.tab = tab
    this.flag("tab")
  }

  look(view) {
    this.view = view
    this.flag("view")
  }

  pin(queries) {
    if (JSON.stringify(queries) === JSON.stringify(this.pins)) return
    this.pins = queries
    this.flag("pins")
  }

  picture(address) {
    if (this.following) return this.say({ camera: address }) // to look at the link is no wish to go one's own way
    this.wanted = address
    this.flag("link")
  }

  holds(name) {
    return this.unconfirmed.has(name)
  }

  query() {
    const params = new URLSearchParams(this.flags.has("reset") ? "" : this.address)
    for (const [name, { value }] of this.unconfirmed) params.set(name, value)
    if (params.get("drawn")?.length > this.longest_drawn) params.delete("drawn") // as the server leaves it out
    return params
  }

  // Whether a drawing flows that no address holds.
  too_long() {
    const drawn = this.unconfirmed.get("drawn")?.value ?? this.drawn
    return this.query().get("kind") === "drawn" && drawn?.length > this.longest_drawn
  }

  settled() {
    return !this.unconfirmed.size && !this.underWay
  }

  // -- pacing: one message under way, the next one when its answer is here ------------------------------------------
  push() {
    if (this.following) this.greet_again()
    this.on.wanted()
    if (this.ready && !this.underWay && !this.gathering) this.send()
  }

  // What an action wants goes as one message: the answer to a second one would take back what the first one's said.
  gather(action) {
    this.gathering = true
    action()
    this.gathering = false
    this.push()
  }

  unsent() {
    return [...this.unconfirmed.values()].some(({ seq }) => seq === Infinity) || [...this.flags.values()].includes(Infinity)
  }

  send() {
    const seq = this.seq += 1
    const message = { seq, tab: this.tab, choose: {}, ...this.hello }
    if (this.view) message.view = this.view
    for (const [name, entry] of this.unconfirmed) {
      message.choose[name] = entry.value
      entry.seq = Math.min(entry.seq, seq)
    }
    for (const [name, since] of this.flags) {
      if (name === "reset" || name === "ask") message[name] = true
      if (name === "link") message.link = this.wanted
      this.flags.set(name, Math.min(since, seq))
    }
    // What the server shows of pins depends on what is seen; all of it is sent again, for it remembers none.
    if (this.flags.has("pins") || (this.pins.some((pin) => pin !== null) && (this.hello || this.flags.has("tab") || this.flags.has("view")))) message.pins = this.pins
    const play = this.on.ahead()
    if (play) message.play = play
    this.underWay = seq
    this.socket.send(JSON.stringify(message))
    clearTimeout(this.retry)
    this.retry = setTimeout(() => this.again(), this.patience)
    this.late ??= setTimeout(() => this.on.waiting(true), LATE)
  }

  again() {
    this.patience = Math.min(2 * this.patience, MOST_PATIENCE)
    if (this.unsent()) this.send() // the server drops the older one unread
    else this.retry = setTimeout(() => this.again(), this.patience)
  }

  answered(seq) {
    if (seq >= this.greeted) this.hello = undefined // until now it went with every message, as only the newest is sure to be read
    for (const entries of [this.unconfirmed, this.flags]) {
      for (const [name, entry] of entries) if ((entry.seq ?? entry) <= seq) entries.delete(name)
    }
    if (seq < this.underWay) return
    clearTimeout(this.retry)
    clearTimeout(this.late)
    this.late = this.underWay = undefined
    this.patience = PATIENCE
    this.on.waiting(false)
    if (this.unsent()) this.send() // the server computes the next result while the browser draws this one
  }

  // -- a class: what the page says about its room, and who says what is shown ------------------------------------------
  say(message) {
    if (this.ready) this.socket.send(JSON.stringify({ room: message }))
  }

  follow() {
    this.unconfirmed.clear()
    this.flags.clear()
    this.rest()
    this.following = true
  }

  go_on() {
    this.greet_again()
    if (this.ready) this.send()
  }

  // The server has forgotten what this page chose: it is told all of it.
  greet_again() {
    this.rest()
    this.following = false
    this.greet({ hello: `?${new URLSearchParams(this.address)}` })
  }

  greet(hello) {
    this.hello = { ...hello, lang: language }
    this.greeted = this.seq + 1
    const known = new URLSearchParams(hello.hello)
    const wanted = ["kind", "drawn"].some((name) => this.holds(name)) || this.flags.has("reset")
    if (known.get("kind") === "drawn" && !known.has("drawn") && this.drawn?.length > this.longest_drawn && !wanted) {
      this.unconfirmed.set("drawn", { value: this.drawn, seq: Infinity }) // the address has no room for it
    }
  }

  show_room({ address, tab }) {
    this.address = address
    this.tab = tab
  }

  rest() {
    clearTimeout(this.retry)
    clearTimeout(this.late)
    this.late = this.underWay = undefined
    this.on.waiting(false)
  }

  // -- the websocket, and what to do without it ---------------------------------------------------------------------
  connect(token, hello) {
    const url = new URL("dashboard/ws", location)
    url.protocol = url.protocol.replace("http", "ws")
    url.search = ""
    const socket = this.socket = new WebSocket(url, ["expif", token])
    socket.binaryType = "arraybuffer"
    this.greet(hello)
    socket.onopen = () => {
      this.ready = true
      this.on.back()
      if (!this.following) this.send()
    }
    socket.onmessage = ({ data }) => {
      const message = read(data)
      if (!message.room && this.following) return // an answer to what was wanted before
      if (message.room?.show && !this.following) return // it goes its own way already
      if (message.answer) {
        this.address = message.answer.address
        this.answered(message.answer.seq)
      }
      this.on.message(message)
    }
    socket.onclose = () => this.lose()
  }

  lose() {
    if (this.leaving) return
    this.rest()
    this.ready = false
    for (const entry of this.unconfirmed.values()) entry.seq = Infinity
    this.on.lost(say("The connection to the server is lost. The page comes back by itself, with your choices."))
    setTimeout(() => this.come_back(), 300 + 700 * Math.random()) // a class must not come back in the same instant
  }

  async come_back() {
    try {
      const answer = await fetch(location.href, { cache: "no-store" })
      const page = new DOMParser().parseFromString(await answer.text(), "text/html")
      const token = page.querySelector("meta[name=token]")?.content
      if (token) {
        const files = (each) => each.querySelector("link[rel=stylesheet]").getAttribute("href")
        if (files(page) !== files(document)) return location.reload() // a newer page; the choices are in the address
        return this.connect(token, { hello: `?${new URLSearchParams(this.address)}` })
      }
      const sentence = page.querySelector("[role=status]")?.textContent
      if (sentence) this.on.lost(sentence) // it is full, or being prepared
    } catch { /* still away */ }
    setTimeout(() => this.come_back(), 1000 + 1000 * Math.random())
  }
}
