# Values of poisson_cluster, cox_cluster and rmst_cluster: Rscript make-clusters.R,
# in this directory, writes make-clusters.json.
#
# clubSandwich has CR2 for linear models, so each model is brought into that form by
# its weighted least squares at the maximum: rows times the square root of the fitted
# mean mu, residuals (y - mu) by it. Of the Poisson regression without covariates
# and with one exposure clubSandwich's own CR2 for glm must be the same, as mu does
# not vary within an arm; the script stops if it is not.
library(jsonlite)
suppressMessages({library(survival); library(clubSandwich)})

tight <- glm.control(epsilon = 1e-14, maxit = 100)
cases <- list()
add <- function(id, kind, data, inputs, expected)
  cases[[length(cases) + 1]] <<- list(id = id, kind = kind, data = data, inputs = inputs, expected = expected)

# CR2 of the arm's coefficient, its Satterthwaite degrees of freedom, and those with
# the shares of the variance as estimated: by arm, and apart for clusters of one row.
sandwich2 <- function(m, arm, treated, cluster) {
  v <- vcovCR(m, cluster = cluster, type = "CR2")
  df <- coef_test(m, vcov = v, test = "Satterthwaite", coefs = arm)$df_Satt
  weights <- mapply("%*%", attr(v, "est_mats"), attr(v, "adjustments"), SIMPLIFY = FALSE)
  bread <- attr(v, "bread") / attr(v, "v_scale")
  at <- which(names(coef(m)) == arm)
  rows <- split(seq_along(cluster), cluster)
  u <- mapply(function(a, i) (bread %*% a %*% residuals(m)[i])[at], weights, rows)
  stopifnot(length(weights) == length(rows), all.equal(sum(u^2), v[at, at]))
  group <- mapply(function(i) paste(length(i) > 1, paste(sort(unique(treated[i])), collapse = "")), rows)
  share <- tapply(u^2, group, sum)
  list(variance = v[at, at], df = df, bound = sum(share)^2 / sum(share^2 / pmax(1, table(group) - 1)))
}
working <- function(x, mu, residual) {
  x <- x * sqrt(mu)
  y <- drop(x %*% rep(1, ncol(x))) + ifelse(mu > 0, residual / sqrt(mu), 0)
  lm(y ~ x - 1, data = list(y = y, x = x))
}

counts <- function(id, data, d, y, arm, exposure, cluster, terms = character()) {
  f <- reformulate(c(arm, terms, sprintf("offset(log(%s))", exposure)), y)
  m <- glm(f, poisson(), d, control = tight)
  mu <- fitted(m)
  w <- working(model.matrix(m), mu, d[[y]] - mu)
  s <- sandwich2(w, paste0("x", arm), d[[arm]], d[[cluster]])
  if (length(terms) == 0 && length(unique(d[[exposure]])) == 1) {
    v <- vcovCR(m, cluster = d[[cluster]], type = "CR2")
    stopifnot(all.equal(v[arm, arm], s$variance, tolerance = 1e-6),
      all.equal(coef_test(m, vcov = v, test = "Satterthwaite", coefs = arm)$df_Satt, s$df, tolerance = 1e-6))
  }
  add(id, "poisson", data, list(columns = c(y, arm, cluster, if (length(unique(d[[exposure]])) > 1) exposure, terms)),
    list(value = coef(m)[[arm]], se = sqrt(s$variance), df = s$df, bound = s$bound))
}

cox <- function(id, data, d, time, status, arm, cluster, terms = character()) {
  m <- coxph(reformulate(c(arm, terms), sprintf("Surv(%s, %s)", time, status)), d, ties = "efron",
    control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50))
  mu <- d[[status]] - residuals(m, "martingale")
  x <- cbind("(Intercept)" = 1, as.matrix(d[c(arm, terms)]))
  stopifnot(abs(crossprod(x, d[[status]] - mu)) < 1e-6)   # the score of the Poisson regression
  w <- working(x, mu, d[[status]] - mu)
  s <- sandwich2(w, paste0("x", arm), d[[arm]], d[[cluster]])
  scale <- vcov(m)[arm, arm] / solve(crossprod(x * sqrt(mu)))[arm, arm]
  add(id, "cox", data, list(columns = c(time, arm, cluster, status, terms)),
    list(value = coef(m)[[arm]], se = sqrt(s$variance * scale), df = s$df, bound = s$bound, scale = scale))
}

# Pseudo-values by fitting the curve of each arm again without each row.
rmst <- function(id, data, d, time, status, arm, cluster, terms = character()) {
  last <- tapply(d[[time]], d[[arm]], max)
  open <- tapply(seq_len(nrow(d)), d[[arm]], function(i) min(survfit(Surv(d[i, time], d[i, status]) ~ 1)$surv) > 0)
  tau <- if (any(open)) min(last[open]) else max(last)
  mean_to <- function(i) {
    f <- survfit(Surv(d[i, time], d[i, status]) ~ 1)
    at <- f$time < tau
    sum(diff(c(0, f$time[at], tau)) * c(1, f$surv[at]))
  }
  pseudo <- numeric(nrow(d))
  for (a in 0:1) {
    i <- which(d[[arm]] == a)
    all <- mean_to(i)
    for (k in i) pseudo[k] <- length(i) * all - (length(i) - 1) * mean_to(setdiff(i, k))
  }
  x <- cbind("(Intercept)" = 1, as.matrix(d[c(arm, terms)]))
  m <- lm(pseudo ~ x - 1, data = list(pseudo = pseudo, x = x))
  s <- sandwich2(m, paste0("x", arm), d[[arm]], d[[cluster]])
  add(id, "rmst", data, list(columns = c(time, arm, cluster, status, terms)),
    list(value = coef(m)[[paste0("x", arm)]], se = sqrt(s$variance), df = s$df, bound = s$bound))
}

# Case managers in one arm only; a client without one is a cluster.
trial <- read.csv("trial-a1.csv")
trial$year <- 1
counts("trial-managers", "trial-a1.csv", trial, "ed_visits", "trt", "followup_years", "mgr_cluster")
counts("trial-managers-age", "trial-a1.csv", trial, "ed_visits", "trt", "followup_years", "mgr_cluster", c("age", "base"))
counts("trial-sites", "trial-a1.csv", trial, "ed_visits", "trt", "followup_years", "site", "age")
cox("trial-managers", "trial-a1.csv", trial, "link_time", "link_event", "trt", "mgr_cluster")
cox("trial-managers-age", "trial-a1.csv", trial, "link_time", "link_event", "trt", "mgr_cluster", c("age", "base"))
cox("trial-sites", "trial-a1.csv", trial, "link_time", "link_event", "trt", "site")
rmst("trial-managers", "trial-a1.csv", trial, "link_time", "link_event", "trt", "mgr_cluster")
rmst("trial-managers-age", "trial-a1.csv", trial, "link_time", "link_event", "trt", "mgr_cluster", c("age", "base"))
# Counts of one exposure, where clubSandwich has its own.
ohio <- read.csv("ohio.csv")
ohio$one <- 1
counts("ohio-smoke", "ohio.csv", ohio, "resp", "smoke", "one", "id")
# Clusters that are in both arms, with many ties.
lung <- subset(read.csv("lung.csv"), !is.na(inst))
cox("lung-inst", "lung.csv", lung, "time", "status", "female", "inst", "age")
rmst("lung-inst", "lung.csv", lung, "time", "status", "female", "inst")

lines <- vapply(cases, function(x) as.character(toJSON(x, auto_unbox = TRUE, digits = I(15))), "")
writeLines(c(paste0('{"source":"make-clusters.R, R ', getRversion(), ", clubSandwich ", packageVersion("clubSandwich"),
  ", survival ", packageVersion("survival"), '","cases":['), paste(lines, collapse = ",\n"), "]}"), "make-clusters.json")
