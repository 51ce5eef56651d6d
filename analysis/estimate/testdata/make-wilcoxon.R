# Cliff's delta with the standard error from placements, for the cases of
# ranks.json, over all pairs of rows as the definition says. Writes
# make-wilcoxon.json. Rscript make-wilcoxon.R, in this directory.
library(jsonlite)

cases <- fromJSON("ranks.json", simplifyVector = FALSE)$cases
out <- lapply(cases, function(c) {
  data <- read.csv(c$data)
  for (name in names(c$inputs$filter)) data <- data[data[[name]] == c$inputs$filter[[name]], ]
  data <- data[complete.cases(data[, c(c$inputs$y, c$inputs$group)]), ]
  x <- data[[c$inputs$y]][data[[c$inputs$group]] == 1]
  y <- data[[c$inputs$y]][data[[c$inputs$group]] == 0]
  wins <- outer(x, y, function(a, b) (a > b) + (a == b) / 2)
  delta <- mean(sign(outer(x, y, "-")))
  se <- 2 * sqrt(var(rowMeans(wins)) / length(x) + var(colMeans(wins)) / length(y))
  test <- wilcox.test(x, y, exact = FALSE, correct = FALSE)
  z <- qnorm(0.975)
  list(id = c$id, kind = "cliff", data = c$data, inputs = c$inputs, tol_rel = 1e-8,
       expected = list(W = unname(test$statistic), p = test$p.value, delta = delta, se = se,
                       ci95 = list(lower = delta - z * se, upper = delta + z * se),
                       smd = sqrt(2) * qnorm((delta + 1) / 2)))
})
write(toJSON(list(topic = "wilcoxon", R = R.version.string, cases = out), auto_unbox = TRUE, digits = 15, null = "null"),
      "make-wilcoxon.json")
