# Values of the analyses of trials whose clusters change arms: Rscript make-periods.R, in this
# directory, writes make-periods.json and its synthetic data, periods.csv.
#
# cluster_period: lme4::lmer(y ~ period + arm + (1 | cluster/period)), its optimum polished
# by Newton's method on its own deviance function; degrees of freedom by lmerTest (Satterthwaite) and
# pbkrtest (Kenward-Roger). exposure_average: the same with an indicator of each length of
# exposure, and lmerTest::contest1D of their average. Where a variance is zero Satterthwaite's are
# those of the model without it. random_intercept: (1 | cluster). cluster_robust:
# clubSandwich, CR2 of lm. gee_linear and gee_logistic: the functions of make-gee.R.
# cluster_permutation: all allocations by their matrices in full (see permuted).
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(numDeriv); library(geepack); library(clubSandwich); library(jsonlite)})
for (e in parse("make-gee.R")) if (is.call(e) && deparse(e[[1]]) == "<-" && deparse(e[[2]]) %in% c("root", "corrected", "gee")) eval(e)

set.seed(20261130)
# starts: the period from which each cluster is treated; Inf: never. Negative: it alternates, from control.
draw <- function(starts, periods, clients, sd_cluster, sd_period, effect = 1, binary = FALSE) {
  d <- do.call(rbind, lapply(seq_along(starts), function(k) {
    u <- rnorm(1, 0, sd_cluster)
    do.call(rbind, lapply(seq_len(periods), function(t) {
      v <- rnorm(1, 0, sd_period); n <- if (length(clients) == 1) clients else sample(clients, 1)
      s <- starts[k]
      arm <- if (s < 0) (t + s) %% 2 else as.numeric(t >= s)
      exposed <- if (arm == 0) 0 else if (s < 0) (t + 1) %/% 2 else t - s + 1
      if (n == 0) NULL else data.frame(cluster = k, period = t, arm = arm, exposed = exposed, u = u, v = rep(v, n))
    }))
  }))
  d$x <- round(rnorm(nrow(d)), 2)
  eta <- with(d, effect * arm + 0.5 * x + 0.6 * period + u + v)
  d$y <- if (binary) rbinom(nrow(d), 1, plogis(eta - 2)) else round(10 + eta + rnorm(nrow(d), 0, 2), 2)
  d[c("cluster", "period", "arm", "exposed", "x", "y")]
}
wedge <- rep(2:5, each = 3)
sets <- list(wedge = draw(wedge, 5, 4:9, 1, 0.8), few = draw(c(2, 2, 3, 3, 4, 4), 4, 0:7, 1.5, 1),
  crossover = draw(rep(c(-1, -2), 4), 4, 3:8, 1, 0.7), baseline = draw(rep(c(2, Inf), 5), 2, 5:12, 1.2, 0.6),
  none = draw(wedge, 5, 5, 0, 0), same = draw(wedge, 5, 6, 1.5, 0), apart = draw(wedge, 5, 6, 0, 1.5),
  shares = draw(wedge, 5, 6:12, 0.6, 0.4, 0.8, TRUE), parallel = draw(rep(c(1, Inf), 5), 1, 6:12, 1, 0),
  rows = draw(rep(2:4, 4), 4, 1, 1, 0))
sets$few <- sets$few[!(sets$few$cluster == 6 & sets$few$period != 2), ]   # a cluster in one period alone
data <- do.call(rbind, lapply(seq_along(sets), function(s) cbind(set = s, sets[[s]])))
write.csv(data, "periods.csv", row.names = FALSE, quote = FALSE)

polished <- function(f, d) {
  control <- function(...) lmerControl(..., check.conv.singular = "ignore", check.nobs.vs.nlev = "ignore", check.nobs.vs.nRE = "ignore", check.nlev.gtreq.5 = "ignore")
  m <- suppressMessages(lmer(f, d, control = control(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5))))
  dev <- suppressMessages(update(m, devFunOnly = TRUE))
  p <- getME(m, "theta")
  p[p < 1e-4] <- 0
  free <- p > 0
  at <- function(x) { q <- p; q[free] <- x; dev(q) }
  if (any(free)) for (k in 1:4) p[free] <- p[free] - solve(hessian(at, p[free]), grad(at, p[free]))
  dev(p)
  environment(dev)$pp$setTheta(p)
  list(m = suppressMessages(lmer(f, d, start = p, control = control(optimizer = NULL, calc.derivs = FALSE))), theta = p)
}
# The average of the coefficients of the columns named, in a model with the random effects given.
fit <- function(d, fixed, columns, random) {
  d$cell <- interaction(d$cluster, d$period, drop = TRUE)
  of <- function(random) polished(as.formula(paste("y ~", fixed, paste(sprintf("+ (1 | %s)", random), collapse = " "))), d)
  full <- of(random)
  x <- names(fixef(full$m))
  l <- as.numeric(x %in% columns) / length(columns)
  stopifnot(all(columns %in% x))
  kr <- contest1D(full$m, l, ddf = "Kenward-Roger")
  left <- random[full$theta > 0]
  if (length(left) == 0) {
    m <- lm(as.formula(paste("y ~", fixed)), d)
    st <- c(sum(l * coef(m)), sqrt(c(l %*% vcov(m) %*% l)), m$df.residual)
  } else st <- unlist(contest1D(if (length(left) < length(random)) of(left)$m else full$m, l, ddf = "Satterthwaite")[c("Estimate", "Std. Error", "df")])
  v <- as.data.frame(VarCorr(full$m))$vcov
  list(value = unname(st[1]), se = unname(st[2]), df = unname(st[3]), se_kr = kr[["Std. Error"]], df_kr = kr[["df"]], p_kr = kr[["Pr(>|t|)"]],
    variances = v, singular = length(left) < length(random))
}
robust <- function(d, fixed) {
  m <- lm(as.formula(paste("y ~", fixed)), d)
  s <- coef_test(m, vcov = vcovCR(m, cluster = d$cluster, type = "CR2"), test = "Satterthwaite", coefs = "arm")
  list(value = s$beta, se = s$SE, df = s$df_Satt)
}
# The arm of each period of a cluster. One without rows is treated if the exposure in the next that
# has some says so, else as the one before.
sequence <- function(d, periods) {
  arm <- numeric(periods)
  for (t in seq_len(periods)) {
    after <- d[d$period >= t, ]
    after <- after[order(after$period), ][1, ]
    arm[t] <- if (t %in% d$period) d$arm[d$period == t][1] else if (isTRUE(after$exposed > after$period - t)) 1 else if (t > 1) arm[t - 1] else 0
  }
  arm
}
arrangements <- function(labels) {
  if (length(labels) == 1) return(matrix(labels, 1))
  do.call(rbind, lapply(unique(labels), function(s) cbind(s, arrangements(labels[-match(s, labels)]))))
}
# The score test of no effect for all allocations of the sequences: with V that of the model
# without the arm, P = V^-1 - V^-1 X (X'V^-1 X)^-1 X'V^-1, z'P y / sqrt(z'P z). The interval has
# the effects b for which the test of y - b arm does not reject at 0.05.
permuted <- function(d, fixed) {
  pattern <- t(sapply(unique(d$cluster), function(k) sequence(d[d$cluster == k, ], max(d$period))))
  d$cell <- interaction(d$cluster, d$period, drop = TRUE)
  m <- polished(as.formula(paste("y ~", fixed, if (max(d$period) > 1) "+ (1 | cell)", "+ (1 | cluster)")), d)$m
  z <- t(as.matrix(getME(m, "Zt"))); l <- as.matrix(getME(m, "Lambdat"))
  v <- sigma(m)^2 * (z %*% crossprod(l) %*% t(z) + diag(nrow(d)))
  x <- getME(m, "X"); w <- solve(v)
  p <- w - w %*% x %*% solve(t(x) %*% w %*% x, t(x) %*% w)
  if (nrow(pattern) == 1) pattern <- t(pattern)
  label <- apply(pattern, 1, paste, collapse = "")
  all <- arrangements(label)
  arms <- pattern[match(all, label), , drop = FALSE]
  columns <- matrix(0, nrow(all), nrow(d))
  for (i in seq_len(nrow(d))) columns[, i] <- arms[(d$cluster[i] - 1) * nrow(all) + seq_len(nrow(all)), d$period[i]]
  size <- sqrt(rowSums((columns %*% p) * columns))
  stat <- c(columns %*% p %*% d$y) / size; along <- c(columns %*% p %*% d$arm) / size
  k0 <- sqrt(c(d$arm %*% p %*% d$arm)); s0 <- c(d$arm %*% p %*% d$y) / k0
  share <- function(b) mean(abs(stat - b * along) >= abs(s0 - b * k0) - 1e-9)
  value <- s0 / k0
  edge <- function(side) {
    far <- value + side * 50 / k0
    uniroot(function(b) if (share(b) >= 0.05 - 1e-9) 1 else -1, sort(c(value, far)), tol = 1e-12)$root
  }
  list(value = value, se = 1 / k0, stat = s0, p = share(0), allocations = nrow(all), low = edge(-1), high = edge(1))
}
cases <- list()
add <- function(id, kind, s, columns, expected)
  cases[[length(cases) + 1]] <<- list(id = id, kind = kind, data = "periods.csv", inputs = list(filter = list(set = s), columns = I(columns)), expected = expected)
for (s in seq_along(sets)) for (terms in list(character(), "x")) {
  d <- sets[[s]]; name <- names(sets)[s]
  id <- paste(c(name, terms), collapse = "-")
  columns <- c("y", "arm", "cluster", "period", "exposed", terms)
  periods <- if (max(d$period) > 1) "factor(period)"
  fixed <- paste(c("arm", periods, terms), collapse = " + ")
  both <- if (name == "rows") "cluster" else if (name == "parallel") "cell" else c("cell", "cluster")
  add(id, "cluster_period", s, columns, fit(d, fixed, "arm", both))
  lengths <- sort(unique(d$exposed[d$arm == 1]))
  if (length(lengths) > 1) {
    for (e in lengths) d[[paste0("e", e)]] <- as.numeric(d$exposed == e)
    add(id, "exposure_average", s, columns, fit(d, paste(c(paste0("e", lengths), periods, terms), collapse = " + "), paste0("e", lengths), both))
  }
  if (name != "parallel") add(id, "random_intercept", s, columns, fit(d, fixed, "arm", "cluster"))
  add(id, "cluster_robust", s, columns, robust(d, fixed))
  f <- as.formula(paste("y ~", fixed))
  # The working correlations of few, none and rows are farther below 0 than ours may be.
  if (!name %in% c("few", "none", "rows")) add(id, "gee_linear", s, columns, gee(f, gaussian(), d, "arm", "cluster"))
  if (name == "shares") add(id, "gee_logistic", s, columns, gee(f, binomial(), d, "arm", "cluster"))
  if (name == "shares") add(id, "risk_ratio_cluster", s, columns, gee(f, poisson(), d, "arm", "cluster", "independence"))
}
for (terms in list(character(), "x")) for (name in c("few", "crossover", "baseline", "parallel")) {
  s <- match(name, names(sets))
  add(paste(c(name, terms), collapse = "-"), "cluster_permutation", s, c("y", "arm", "cluster", "period", "exposed", terms),
    permuted(sets[[s]], paste(c(if (name != "parallel") "factor(period)", if (name == "parallel" && !length(terms)) "1", terms), collapse = " + ")))
}
lines <- vapply(cases, function(x) as.character(toJSON(x, auto_unbox = TRUE, digits = I(15))), "")
writeLines(c(paste0('{"source":"make-periods.R, R ', getRversion(), ", lme4 ", packageVersion("lme4"), ", lmerTest ", packageVersion("lmerTest"),
  ", pbkrtest ", packageVersion("pbkrtest"), ", geepack ", packageVersion("geepack"), ", clubSandwich ", packageVersion("clubSandwich"),
  '","cases":['), paste(lines, collapse = ",\n"), "]}"), "make-periods.json")
