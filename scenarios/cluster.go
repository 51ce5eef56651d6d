package scenarios

// A Cluster is one of the ten groups of outcomes of the review of 2019
// (Vanderplasschen et al., Front Psychiatry 10:186): five of engagement with
// services and five of recovery.
type Cluster string

// The domains of outcomes, and further groups of clusters.
const (
	Engagement = "engagement"
	Recovery   = "recovery"
	Linkage    = "linkage" // with services of either kind
	AllGroups  = "all"
)

// clusterRules describes a cluster.
type clusterRules struct {
	cluster Cluster
	domain  string // Engagement or Recovery
	linkage bool
	other   bool // about services other than those for substance use
	title   string
	phrase  string // in a sentence
}

// clusters are all of them, those of engagement first.
var clusters = []clusterRules{
	{"linkage_su", Engagement, true, false, "Linkage to substance use services", "linkage with substance-use services"},
	{"linkage_other", Engagement, true, true, "Linkage to other services", "linkage with other services"},
	{"retention_su", Engagement, false, false, "Retention in substance use services", "retention in substance-use services"},
	{"retention_other", Engagement, false, true, "Retention in other services", "retention in other services"},
	{"satisfaction", Engagement, false, false, "Satisfaction with care", "satisfaction"},
	{"substance_use", Recovery, false, false, "Substance use", "substance use"},
	{"health", Recovery, false, false, "Health", "health"},
	{"legal", Recovery, false, false, "Legal involvement", "legal"},
	{"risk", Recovery, false, false, "Risk behaviour", "risk"},
	{"social", Recovery, false, false, "Social functioning", "social"},
}

// Clusters lists the clusters, those of engagement before those of recovery.
func Clusters() []Cluster {
	list := make([]Cluster, len(clusters))
	for k := range clusters {
		list[k] = clusters[k].cluster
	}
	return list
}

// rules returns those of c; of a cluster that is not listed, the zero value.
func (c Cluster) rules() clusterRules {
	for k := range clusters {
		if clusters[k].cluster == c {
			return clusters[k]
		}
	}
	return clusterRules{}
}

// Title returns the cluster as a heading; "" if it is not listed.
func (c Cluster) Title() string { return c.rules().title }

// Phrase returns the cluster in a sentence; "" if it is not listed.
func (c Cluster) Phrase() string { return c.rules().phrase }

// Domain returns Engagement or Recovery; "" if the cluster is not listed.
func (c Cluster) Domain() string { return c.rules().domain }

// OfOtherServices reports whether the cluster is about services other than those for
// substance use.
func (c Cluster) OfOtherServices() bool { return c.rules().other }

// In reports whether outcomes of the cluster belong to a group: a cluster, or one
// of Linkage, Engagement, Recovery and AllGroups.
func (c Cluster) In(group string) bool {
	switch group {
	case AllGroups:
		return true
	case Engagement, Recovery:
		return c.Domain() == group
	case Linkage:
		return c.rules().linkage
	}
	return string(c) == group
}

// GroupTitle returns a cluster or a group of clusters as a heading; of one that is
// not listed, its name in words.
func GroupTitle(group string) string {
	switch group {
	case AllGroups:
		return "All outcomes"
	case Engagement:
		return "Engagement"
	case Recovery:
		return "Recovery"
	case Linkage:
		return "Linkage to services of either kind"
	}
	if title := Cluster(group).Title(); title != "" {
		return title
	}
	return Plain(group)
}

// GroupNames returns the ten clusters of outcomes and the groups of them.
func GroupNames() []string {
	return append(texts(Clusters()), Linkage, Engagement, Recovery, AllGroups)
}
