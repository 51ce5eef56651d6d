package sim

// A line is a list of clients in their order, of which any may leave: a
// waiting list, or the clients of a case manager. A client is in at most one
// line that shares the same links.
type line struct{ head, tail int32 }

// link is one client's place in a line.
type link struct{ next, prev int32 }

var emptyLine = line{-1, -1}

// append puts client i at the end.
func (l *line) append(links []link, i int) {
	links[i] = link{next: -1, prev: l.tail}
	if l.tail >= 0 {
		links[l.tail].next = int32(i)
	} else {
		l.head = int32(i)
	}
	l.tail = int32(i)
}

// remove takes client i out.
func (l *line) remove(links []link, i int) {
	at := links[i]
	if at.prev >= 0 {
		links[at.prev].next = at.next
	} else {
		l.head = at.next
	}
	if at.next >= 0 {
		links[at.next].prev = at.prev
	} else {
		l.tail = at.prev
	}
}
