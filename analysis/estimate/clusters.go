package estimate

// clusterIndex numbers the clusters of the rows from 0 in order of first
// appearance, whatever their numbers in the data. A row of cluster -1 is a
// cluster of its own.
type clusterIndex struct {
	of    []int32 // cluster of each row
	size  []int32 // rows of each cluster
	inArm [2]int  // clusters that have a row in control, and in the treated arm
	table []int32 // open addressing: 1 + the cluster that is there, 0 for none
	name  []int32 // number in the data, by cluster
	arms  []uint8 // arms seen, bits, by cluster
}

// number fills the index. Where alone is true, control rows are clusters of
// their own.
func (c *clusterIndex) number(cluster []int32, treated []bool, alone bool) {
	n := len(cluster)
	slots := 16
	for slots < 2*n {
		slots *= 2
	}
	c.table = resize(c.table, slots)
	clear(c.table)
	c.of = resize(c.of, n)
	c.size, c.name, c.arms = resize(c.size, n)[:0], resize(c.name, n)[:0], resize(c.arms, n)[:0]
	for i, name := range cluster {
		if alone && !treated[i] {
			name = -1
		}
		k := c.find(name)
		c.of[i] = k
		c.size[k]++
		c.arms[k] |= 1 << bit(treated[i])
	}
	c.inArm = [2]int{}
	for _, arms := range c.arms {
		c.inArm[0] += int(arms & 1)
		c.inArm[1] += int(arms >> 1)
	}
}

// find returns the place of a cluster, a new one if it is not there yet.
func (c *clusterIndex) find(name int32) int32 {
	at := -1
	if name >= 0 {
		mask := uint32(len(c.table) - 1)
		slot := uint32(name) * 2654435769 // Knuth's multiplicative hash
		slot = (slot ^ slot>>15) & mask
		for ; c.table[slot] != 0; slot = (slot + 1) & mask {
			if k := c.table[slot] - 1; c.name[k] == name {
				return k
			}
		}
		at = int(slot)
	}
	k := int32(len(c.size))
	c.size, c.name, c.arms = append(c.size, 0), append(c.name, name), append(c.arms, 0)
	if at >= 0 {
		c.table[at] = k + 1
	}
	return k
}
