# Values of three_level and three_level_kr: Rscript make-three-level.R, in this directory,
# writes make-three-level.json and its synthetic data, three-level.csv.
#
# lme4::lmer(y ~ arm + (1 | site/manager)), its optimum polished by Newton's method on its
# own deviance function; degrees of freedom by lmerTest (Satterthwaite) and pbkrtest
# (Kenward-Roger). A client without a manager (-1) is a manager. Where a variance is zero
# Satterthwaite's are those of the model without it.
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(numDeriv); library(jsonlite)})

set.seed(20261129)
draw <- function(sites, managers, clients, sd_site, sd_manager, by = "site") {
  d <- do.call(rbind, lapply(seq_len(sites), function(s) {
    u <- rnorm(1, 0, sd_site)
    do.call(rbind, lapply(seq_len(sample(managers, 1)), function(m) {
      v <- rnorm(1, 0, sd_manager); n <- sample(clients, 1)
      data.frame(site = s, manager = m, u = u, v = rep(v, n))
    }))
  }))
  d$arm <- if (by == "site") d$site %% 2 else if (by == "manager") d$manager %% 2 else rbinom(nrow(d), 1, 0.5)
  if (by == "client") { d$manager[d$arm == 0] <- -1; d$v[d$arm == 0] <- 0 }
  d$x <- round(rnorm(nrow(d)), 2)
  d$y <- round(with(d, 20 + arm + 0.5 * x + u + v + rnorm(nrow(d), 0, 3)), 2)
  d[c("site", "manager", "arm", "x", "y")]
}
sets <- list(sites = draw(12, 2:5, 3:8, 1.5, 1.5), few = draw(6, 2:4, 4:12, 1, 2), managers = draw(8, 4:6, 2:9, 1, 1.5, "manager"),
  clients = draw(10, 3:4, 8:16, 2, 1.2, "client"), alike = draw(10, 2:4, 3:6, 0, 2), same = draw(10, 3, 6, 2, 0), none = draw(8, 3, 5, 0, 0))
data <- do.call(rbind, lapply(seq_along(sets), function(s) cbind(set = s, sets[[s]])))
write.csv(data, "three-level.csv", row.names = FALSE, quote = FALSE)

polished <- function(f, d) {
  m <- suppressMessages(lmer(f, d, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5), check.conv.singular = "ignore")))
  dev <- suppressMessages(update(m, devFunOnly = TRUE))
  p <- getME(m, "theta")
  p[p < 1e-4] <- 0
  free <- p > 0
  at <- function(x) { q <- p; q[free] <- x; dev(q) }
  if (any(free)) for (k in 1:4) p[free] <- p[free] - solve(hessian(at, p[free]), grad(at, p[free]))
  dev(p)
  environment(dev)$pp$setTheta(p)
  list(m = suppressMessages(lmer(f, d, start = p, control = lmerControl(optimizer = NULL, check.conv.singular = "ignore", calc.derivs = FALSE))), theta = p)
}
fit <- function(d, terms) {
  d$g <- ifelse(d$manager < 0, 1e6 + seq_len(nrow(d)), d$manager)
  d$inner <- interaction(d$site, d$g, drop = TRUE)
  fixed <- paste(c("arm", terms), collapse = " + ")
  of <- function(random) polished(as.formula(paste("y ~", fixed, random)), d)
  full <- of("+ (1 | inner) + (1 | site)")
  kr <- summary(full$m, ddf = "Kenward-Roger")$coefficients["arm", ]
  reduced <- full$m
  zero <- full$theta == 0
  names(zero) <- c("inner", "site")
  if (any(zero)) {
    left <- names(zero)[!zero]
    reduced <- if (length(left)) of(sprintf("+ (1 | %s)", left))$m else NULL
  }
  if (is.null(reduced)) {
    s <- summary(lm(as.formula(paste("y ~", fixed)), d)); st <- c(s$coefficients["arm", 1:2], s$df[2])
  } else st <- summary(reduced, ddf = "Satterthwaite")$coefficients["arm", 1:3]
  v <- as.data.frame(VarCorr(full$m))$vcov
  list(value = unname(st[1]), se = unname(st[2]), df = unname(st[3]), se_kr = unname(kr[2]), df_kr = unname(kr[3]),
    manager = v[1], site = v[2], residual = v[3], singular = any(zero))
}
cases <- list()
for (s in seq_along(sets)) for (terms in list(character(), "x")) {
  cases[[length(cases) + 1]] <- list(id = paste(c(names(sets)[s], terms), collapse = "-"), kind = "three_level", data = "three-level.csv",
    inputs = list(filter = list(set = s), columns = I(c("y", "arm", "site", "manager", terms))), expected = fit(data[data$set == s, ], terms))
}
lines <- vapply(cases, function(x) as.character(toJSON(x, auto_unbox = TRUE, digits = I(15))), "")
writeLines(c(paste0('{"source":"make-three-level.R, R ', getRversion(), ", lme4 ", packageVersion("lme4"), ", lmerTest ", packageVersion("lmerTest"),
  ", pbkrtest ", packageVersion("pbkrtest"), '","cases":['), paste(lines, collapse = ",\n"), "]}"), "make-three-level.json")
