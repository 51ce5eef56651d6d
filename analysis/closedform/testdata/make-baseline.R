# Power of analysis of covariance and the variance at the last of several visits, by
# R's noncentral t distribution and the formulas of Borm, Fransen & Lemmens (2007) and of Lu,
# Luo & Chen (2008). Rscript make-baseline.R, in this folder, writes make-baseline.json.
suppressMessages(library(jsonlite))
ancova <- function(d, r, n1, n0, alpha = 0.05) {
  df <- n1 + n0 - 3
  ncp <- d / sqrt(1 - r^2) * sqrt(n1 * n0 / (n1 + n0))
  power <- pt(qt(1 - alpha / 2, df), df, ncp, lower.tail = FALSE) + pt(qt(alpha / 2, df), df, ncp)
  list(d = d, r = r, n1 = n1, n0 = n0, alpha = alpha, power = power)
}
size <- function(d, r, power, alpha = 0.05)
  list(d = d, r = r, power = power, alpha = alpha,
       n_per_group = uniroot(function(n) ancova(d, r, n, n, alpha)$power - power, c(3, 1e5), tol = 1e-10)$root)
last <- function(covariance, retention) {
  v <- length(retention)
  information <- matrix(0, v, v)
  for (j in 1:v) {
    share <- retention[j] - if (j < v) retention[j + 1] else 0
    information[1:j, 1:j] <- information[1:j, 1:j] + share * solve(covariance[1:j, 1:j])
  }
  list(covariance = c(covariance), retention = retention, variance = solve(information)[v, v])
}
ar <- function(rho, v) rho^abs(outer(1:v, 1:v, "-"))
even <- function(rho, v) { x <- matrix(rho, v, v); diag(x) <- 1; x }
out <- list(source = paste0(R.version.string, "; see make-baseline.R"),
  ancova = c(lapply(list(c(0.5, 0.6, 40, 40), c(0.3, 0.8, 60, 90), c(0.4, 0, 30, 30), c(0.2, -0.5, 200, 200)),
             function(x) ancova(x[1], x[2], x[3], x[4])), list(ancova(0.5, 0.6, 25, 40, 0.01))),
  sizes = lapply(list(c(0.5, 0.5, 0.8), c(0.3, 0.7, 0.9), c(0.8, 0, 0.8)), function(x) size(x[1], x[2], x[3])),
  last = list(last(even(0.25, 4), c(1, 0.9, 0.8, 0.7)), last(ar(0.7, 3), c(0.95, 0.8, 0.6)), last(4 * ar(0.5, 2), c(1, 0.5)), last(even(0.6, 3), c(1, 1, 1))))
write(toJSON(out, auto_unbox = TRUE, digits = NA), "make-baseline.json")
