# Sizes for comparing two negative binomial rates by the formulas of Zhu & Lakkis (2014), Statist
# Med 33:376-387, for designs of their tables I to III (which the manual of MKpower's
# power.nb.test lists). Rscript make-negative-binomial.R, in this folder, writes
# make-negative-binomial.json.
suppressMessages(library(jsonlite))
size <- function(table, mu0, RR, k, duration, power = 0.8, alpha = 0.05) {
  mu1 <- mu0 * RR
  v1 <- (1 / mu0 + 1 / mu1) / duration + 2 * k
  pooled <- 4 / (duration * (mu0 + mu1)) + 2 * k
  n <- function(v0) (qnorm(1 - alpha / 2) * sqrt(v0) + qnorm(power) * sqrt(v1))^2 / log(RR)^2
  list(table = table, mean = mu0 * duration, ratio = RR, k = k, power = power, alpha = alpha, own = n(v1), pooled = n(pooled))
}
out <- list(source = paste0(R.version.string, "; see make-negative-binomial.R"),
  sizes = list(size("I", 0.8, 0.85, 0.4, 0.75), size("I", 1.4, 1.15, 1.5, 0.75), size("II", 2, 0.5, 1, 1),
               size("III", 5, 2, 0.5, 1), size("", 3, 1.5, 0.2, 2, 0.9, 0.01)))
write(toJSON(out, auto_unbox = TRUE, digits = NA), "make-negative-binomial.json")
