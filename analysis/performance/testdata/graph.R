# Adjusted p values of the graphical procedure, algorithms 1 and 2 of Bretz,
# Maurer, Brannath & Posch 2009 (Stat Med 28:586), by closed testing: each intersection hypothesis
# has the weights that the graph gives it once the others are taken out, and is tested by the
# weighted Bonferroni test; an adjusted p value is the largest over the intersections
# that contain the hypothesis. That is another way than the sequential algorithm.
# R 4, without packages: Rscript graph.R > graph.json
remove <- function(w, g, j) {
  keep <- setdiff(which(!is.na(w)), j)
  v <- w; h <- g
  for (l in keep) {
    v[l] <- w[l] + w[j] * g[j, l]
    for (k in keep) h[l, k] <- if (k == l || g[l, j] * g[j, l] >= 1) 0 else (g[l, k] + g[l, j] * g[j, k]) / (1 - g[l, j] * g[j, l])
  }
  v[j] <- NA
  list(w = v, g = h)
}
adjusted <- function(p, w, g) {
  m <- length(p); out <- rep(0, m)
  for (set in 1:(2^m - 1)) {
    inside <- which(bitwAnd(set, 2^(0:(m - 1))) > 0)
    x <- list(w = w, g = g)
    for (j in setdiff(1:m, inside)) x <- remove(x$w, x$g, j)
    q <- min(1, ifelse(x$w[inside] > 0, p[inside] / x$w[inside], 1))
    out[inside] <- pmax(out[inside], q)
  }
  out
}
M <- function(...) matrix(c(...), byrow = TRUE, nrow = sqrt(length(c(...))))
fallback <- M(0, 1, 0, 0, 0, 1, 0, 0, 0)
parallel <- M(0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0)   # two doses, two endpoints, as in figure 3 there
improved <- M(0, 0.5, 0.5, 0, 0.5, 0, 0, 0.5, 0, 1, 0, 0, 1, 0, 0, 0) # half to the other dose
partial  <- M(0, 0.6, 0, 0.2, 0, 0, 0.9, 0, 0.3, 0.3, 0, 0, 0, 0, 0.5, 0) # rows that sum to less than 1
holm4 <- (1 - diag(4)) / 3
set.seed(1)
cases <- list(
  list("fallback", c(0.5, 0.3, 0.2), fallback), list("parallel", c(0.5, 0.5, 0, 0), parallel),
  list("improved", c(0.5, 0.5, 0, 0), improved), list("partial", c(0.4, 0.3, 0.2, 0.05), partial), list("holm", rep(0.25, 4), holm4))
rows <- c()
put <- function(x) paste0("[", paste(sprintf("%.17g", x), collapse = ", "), "]")
for (c in cases) for (r in 1:6) {
  m <- length(c[[2]])
  p <- round(switch(1 + r %% 3, rbeta(m, 0.3, 6), rbeta(m, 0.5, 30), runif(m)), 4)
  g <- paste0("[", paste(apply(c[[3]], 1, put), collapse = ", "), "]")
  rows <- c(rows, sprintf('{"id": "%s %d", "weights": %s, "transitions": %s, "p": %s, "adjusted": %s}',
                          c[[1]], r, put(c[[2]]), g, put(p), put(adjusted(p, c[[2]], c[[3]]))))
}
cat('{"cases": [\n', paste(rows, collapse = ",\n"), "\n]}\n", sep = "")
