package estimate

// emptied returns so many empty columns, in the memory of those given.
func emptied(columns [][]float64, n int) [][]float64 {
	columns = columns[:cap(columns)] // those of a filling with more, whose memory is kept
	for len(columns) < n {
		columns = append(columns, nil)
	}
	columns = columns[:n]
	for j := range columns {
		columns[j] = columns[j][:0]
	}
	return columns
}
