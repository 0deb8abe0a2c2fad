// Where the axes end. While a slider moves they only grow, as far as they must: an axis that follows a curve hides how
// the curve changes. When the slider is let go they take the ends that the server wants; held, they stay.

export class Axes {
  // `move(axis, [start, end])` is called when an axis must move; until then a zoom of the visitor stays
  constructor(move) {
    this.move = move
    this.wanted = new Map()
    this.given = new Map()
    this.kept = new Map() // spans by axis
    this.taken = new Map()
    this.growing = this.held = false
  }

  want(axis, span) {
    this.wanted.set(axis, span)
    this.place(axis)
  }

  grow(growing) {
    this.growing = growing
    this.place_all()
  }

  hold(held) {
    this.held = held
    this.place_all()
  }

  // Somebody else says where an axis ends, until it is given back.
  take(axis, span) {
    this.taken.set(axis, span)
    this.move(axis, span)
  }

  give_back(axis) {
    this.taken.delete(axis)
    this.given.delete(axis)
    this.place(axis)
  }

  // The ends of all that there is to see on an axis.
  whole(axis) {
    return this.taken.get(axis) ?? this.wanted.get(axis)
  }

  // What is pinned stays in sight: the axes end no nearer than these.
  keep(spans) {
    if (!spans.size && !this.kept.size) return
    this.kept = spans
    this.place_all()
  }

  place_all() {
    for (const axis of this.wanted.keys()) this.place(axis)
  }

  place(axis) {
    if (this.taken.has(axis)) return
    const given = this.given.get(axis)
    if (given && this.held) return
    let [start, end] = this.wanted.get(axis)
    if (given && this.growing) [start, end] = [Math.min(start, given[0]), Math.max(end, given[1])]
    const least = this.kept.get(axis)
    if (least) [start, end] = [Math.min(start, least[0]), Math.max(end, least[1])]
    if (given && start === given[0] && end === given[1]) return
    this.given.set(axis, [start, end])
    this.move(axis, [start, end])
  }
}
