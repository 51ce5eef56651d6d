# Values of fleming_harrington and max_combo: Rscript make-weighted.R, in this directory,
# writes make-weighted.json from the CSV files beside it.
#
# With gamma 0 the test is that of survival::survdiff(rho = ...), and the script stops if the
# sums here, written out time by time, differ. With gamma above 0 they are all there is.
# The p value of the largest of four tests is by mvtnorm::pmvnorm, the algorithm of Genz
# and Bretz with an absolute error of 1e-7; the covariance of the four has rank three. It is
# also worked out in another way, below.
suppressMessages({library(survival); library(mvtnorm); library(jsonlite)})
set.seed(20261129)

# One row for each event time: numbers at risk and events, by arm, and S just before.
risk <- function(d) {
  at <- sort(unique(d$time[d$event == 1]))
  r <- data.frame(n = sapply(at, function(t) sum(d$time >= t)), n1 = sapply(at, function(t) sum(d$time >= t & d$arm == 1)),
    d = sapply(at, function(t) sum(d$time == t & d$event == 1)), d1 = sapply(at, function(t) sum(d$time == t & d$event == 1 & d$arm == 1)))
  f <- survfit(Surv(time, event) ~ 1, d)
  r$s <- sapply(at, function(t) { before <- f$surv[f$time < t]; if (length(before)) tail(before, 1) else 1 })
  r$u <- r$d1 - r$d * r$n1 / r$n
  r$v <- with(r, ifelse(n > 1, d * (n1 / n) * (1 - n1 / n) * (n - d) / (n - 1), 0))
  r
}
weight <- function(r, g) r$s^g[1] * (1 - r$s)^g[2]
test <- function(r, g) {
  w <- weight(r, g)
  z <- sum(w * r$u) / sqrt(sum(w^2 * r$v))
  list(rho = g[1], gamma = g[2], z = z, p = 2 * pnorm(-abs(z)))
}
four <- list(c(0, 0), c(1, 0), c(0, 1), c(1, 1))
combo <- function(r) {
  w <- sapply(four, function(g) weight(r, g))
  v <- t(w) %*% (w * r$v)
  z <- colSums(w * r$u) / sqrt(diag(v))
  m <- max(abs(z))
  p <- 1 - pmvnorm(rep(-m, 4), rep(m, 4), corr = cov2cor(v), algorithm = GenzBretz(maxpts = 5e7, abseps = 1e-7))
  list(z = z[which.max(abs(z))], p = as.numeric(p), error = attr(p, "error"))
}
values <- function(d, stratified = FALSE) {
  r <- if (stratified) do.call(rbind, lapply(split(d, d$stratum), risk)) else risk(d)
  for (rho in c(0, 1, 0.5)) {
    s <- if (stratified) survdiff(Surv(time, event) ~ arm + strata(stratum), d, rho = rho) else survdiff(Surv(time, event) ~ arm, d, rho = rho)
    stopifnot(abs(s$chisq / test(r, c(rho, 0))$z^2 - 1) < 1e-9)
  }
  list(tests = lapply(c(four, list(c(0.5, 0), c(0, 2), c(0.5, 1.5))), function(g) test(r, g)), combo = combo(r))
}
of <- function(file, time, event, arm, stratum = NULL) {
  x <- read.csv(file)
  d <- data.frame(time = x[[time]], event = as.integer(x[[event]] == 1), arm = x[[arm]])
  if (!is.null(stratum)) d$stratum <- x[[stratum]]
  d
}
case <- function(id, file, time, event, arm, stratum = NULL) {
  d <- of(file, time, event, arm, stratum)
  inputs <- list(time = time, status = event, group = arm)
  if (!is.null(stratum)) inputs$strata <- stratum
  list(id = id, kind = "weighted", data = file, inputs = inputs, expected = values(d, !is.null(stratum)))
}
cases <- list(
  case("trial", "trial-a1.csv", "link_time", "link_event", "trt"),
  case("trial by site", "trial-a1.csv", "link_time", "link_event", "trt", "site"),
  case("veteran", "veteran.csv", "time", "status", "trt"),
  case("leukemia", "leukemia.csv", "time", "status", "maintained"))
# Events at which as many are at risk in both arms, S going down evenly to a last value: the
# nearer to 1, the more two of the tests are one. pmvnorm is off by 4e-6 there, so that
# the probability is an iterated integral: over x, which is test (1, 0), and y, which with x makes
# (0, 1), of the chance that (1, 1) is within given both. (0, 0) bounds y, too.
beyond <- function(r, m) {
  w <- sapply(four, function(g) weight(r, g)); v <- t(w) %*% (w * r$v); sd <- sqrt(diag(v))
  l <- t(chol(cov2cor(v)[2:4, 2:4]))
  given <- function(x) {
    slope <- sd[3] * l[2, 2] / sd[1]; at <- (sd[2] + sd[3] * l[2, 1]) * x / sd[1]
    low <- max((-m - l[2, 1] * x) / l[2, 2], (-m - at) / slope); high <- min((m - l[2, 1] * x) / l[2, 2], (m - at) / slope)
    if (low >= high) return(0)
    steps <- as.vector(outer(c(-m, m), c(-8, -2, 0, 2, 8) * l[3, 3], "+") - l[3, 1] * x) / l[3, 2]
    cuts <- sort(c(low, high, steps[steps > low & steps < high]))
    f <- function(y) dnorm(y) * (pnorm((m - l[3, 1] * x - l[3, 2] * y) / l[3, 3]) - pnorm((-m - l[3, 1] * x - l[3, 2] * y) / l[3, 3]))
    sum(mapply(function(a, b) integrate(f, a, b, rel.tol = 1e-11, abs.tol = 1e-14)$value, head(cuts, -1), tail(cuts, -1)))
  }
  cuts <- seq(0, m, length.out = 41)
  1 - 2 * sum(mapply(function(a, b) integrate(Vectorize(function(x) dnorm(x) * given(x)), a, b, rel.tol = 1e-10)$value, head(cuts, -1), tail(cuts, -1)))
}
tails <- lapply(c(0.98, 0.7, 0.1), function(last) {
  r <- data.frame(s = seq(1, last, length.out = 50), v = 0.25)
  p <- sapply(c(1, 2.2, 3.5), function(m) beyond(r, m))
  list(id = as.character(last), kind = "tails", data = "", inputs = list(q = c(1, 2.2, 3.5)), expected = list(last = last, p = p))
})
cases <- c(cases, tails)
writeLines(toJSON(list(source = paste("make-weighted.R, R", getRversion(), "survival", packageVersion("survival"), "mvtnorm", packageVersion("mvtnorm")),
  cases = cases), auto_unbox = TRUE, digits = I(15)), "make-weighted.json")
