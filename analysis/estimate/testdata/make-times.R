# Values of methods of times, from the CSV files beside this script:
# Rscript make-times.R, in this folder. R 4.2.2, survival 3.5-3, cmprsk 2.2-11.
suppressMessages({library(survival); library(cmprsk); library(jsonlite)})
control <- coxph.control(eps = 1e-11, iter.max = 200)
z <- function(level) qnorm((1 + level) / 2)

# Brookmeyer & Crowley limits of the arms' medians, log-log; MOVER for the difference.
median_difference <- function(d, level) {
  q <- lapply(c(0, 1), function(a) quantile(survfit(Surv(time, event) ~ 1, d[d$arm == a, ], conf.type = "log-log", conf.int = level), 0.5))
  m <- sapply(q, function(x) unname(x$quantile)); l <- sapply(q, function(x) unname(x$lower)); u <- sapply(q, function(x) unname(x$upper))
  v <- m[2] - m[1]
  list(value = v, low = v - sqrt((m[2] - l[2])^2 + (u[1] - m[1])^2), high = v + sqrt((u[2] - m[2])^2 + (m[1] - l[1])^2), level = level)
}

# Until tau: restricted means, 1 - S, and cumulative incidences.
until <- function(d, tau) {
  f <- lapply(c(0, 1), function(a) survfit(Surv(time, event) ~ 1, d[d$arm == a, ]))
  r <- sapply(f, function(x) { t <- summary(x, rmean = tau)$table; c(t[grep("rmean", names(t))[1]], t["se(rmean)"]) })
  s <- sapply(f, function(x) { y <- summary(x, times = tau, extend = TRUE); c(y$surv, y$std.err) })
  out <- list(tau = tau, rmst = list(value = r[1, 2] - r[1, 1], se = sqrt(sum(r[2, ]^2))))
  if (all(s[1, ] > 0)) out$survival_difference <- list(value = s[1, 1] - s[1, 2], se = sqrt(sum(s[2, ]^2))) # R has no SE at 0
  out
}
incidence <- function(d, tau) {
  t <- timepoints(cuminc(d$time, d$status, d$arm, cencode = 0), tau)
  list(value = unname(t$est["1 1", 1] - t$est["0 1", 1]), se = sqrt(unname(t$var["1 1", 1] + t$var["0 1", 1])))
}
hazard <- function(formula, d, ties = "efron", term = "arm", cluster = NULL) {
  d$cl <- cluster
  m <- if (is.null(cluster)) coxph(formula, d, ties = ties, control = control) else coxph(formula, d, ties = ties, control = control, cluster = cl)
  list(value = unname(coef(m)[term]), se = sqrt(diag(m$var))[[match(term, names(coef(m)))]])
}
subhazard <- function(d, ...) {
  m <- crr(d$time, d$status, cov1 = cbind(d$arm, ...), gtol = 1e-12, maxiter = 100)
  list(value = unname(m$coef[1]), se = sqrt(m$var[1, 1]))
}
case <- function(id, data, columns, expected) list(id = id, kind = "time_methods", data = data, inputs = columns, expected = expected)

t <- read.csv("trial-a1.csv")
t <- data.frame(time = t$link_time, event = t$link_event, status = t$link_status, arm = t$trt, member = t$subgroup,
  age = t$age, base = t$base, stratum = t$site, cluster = t$mgr_cluster)
tau <- min(tapply(t$time, t$arm, max))
trial <- c(list(median = median_difference(t, 0.95), median_90 = median_difference(t, 0.9), cumulative_incidence = incidence(t, tau)), until(t, tau), list(
  cox_breslow = hazard(Surv(time, event) ~ arm + age + base, t, "breslow"),
  stratified_cox = hazard(Surv(time, event) ~ arm + age + base + strata(stratum), t),
  cox_robust = hazard(Surv(time, event) ~ arm, t, cluster = t$cluster),
  cox_robust_adjusted = hazard(Surv(time, event) ~ arm + age + base, t, cluster = t$cluster),
  cox_robust_alone = hazard(Surv(time, event) ~ arm, t, cluster = seq_len(nrow(t))),
  cox_interaction = hazard(Surv(time, event) ~ arm * member + age + base, t, term = "arm:member"),
  fine_gray = subhazard(t), fine_gray_adjusted = subhazard(t, t$age, t$base)))

v <- read.csv("veteran.csv"); v <- data.frame(time = v$time, event = v$status, arm = v$trt)
# Both curves come down to zero: the restricted means are means.
veteran <- c(list(median = median_difference(v, 0.95)), until(v, max(v$time)))
l <- read.csv("leukemia.csv"); l <- data.frame(time = l$time, event = l$status, arm = l$maintained)
# One comes down to zero, the other is followed longer.
leukemia <- until(l, max(l$time[l$arm == 1]))

columns <- function(...) list(columns = c(...))
out <- list(cases = list(
  case("trial", "trial-a1.csv", columns("link_time", "link_status", "trt", "subgroup", "site", "mgr_cluster", "age", "base"), trial),
  case("veteran", "veteran.csv", columns("time", "status", "trt"), veteran),
  case("leukemia", "leukemia.csv", columns("time", "status", "maintained"), leukemia)))
writeLines(toJSON(out, auto_unbox = TRUE, digits = NA, pretty = TRUE), "make-times.json")
