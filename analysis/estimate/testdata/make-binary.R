# Values of binary outcomes that no R function prints: Rscript make-binary.R,
# in this directory, writes make-binary.json.
library(jsonlite)
library(sandwich)

tight <- glm.control(epsilon = 1e-14, maxit = 100)
cases <- list()
add <- function(id, kind, data, inputs, expected)
  cases[[length(cases) + 1]] <<- list(id = id, kind = kind, data = data, inputs = inputs, expected = expected)
root <- function(f) uniroot(f, c(-30, 30), tol = 1e-15, maxiter = 10000)$root

# Fisher: the variance of the noncentral hypergeometric at the conditional MLE,
# and the conditional limits at another level.
tables <- read.csv("two-by-two.csv")
for (i in seq_len(nrow(tables))) {
  r <- tables[i, ]
  if (r$a == 0) next
  s <- max(0, r$a + r$c - (r$c + r$d)):min(r$a + r$b, r$a + r$c)
  logs <- dhyper(s, r$a + r$b, r$c + r$d, r$a + r$c, log = TRUE)
  prob <- function(l) { w <- logs + s * l; w <- exp(w - max(w)); w / sum(w) }
  mle <- root(function(l) sum(s * prob(l)) - r$a)
  add(paste0("fisher-", r$id), "fisher", "two-by-two.csv", list(filter = list(id = r$id)), list(
    se = 1 / sqrt(sum((s - r$a)^2 * prob(mle))),
    low99 = root(function(l) sum(prob(l)[s >= r$a]) - .005),
    high99 = root(function(l) sum(prob(l)[s <= r$a]) - .005)))
}

# Sandwich over clusters with Satterthwaite's degrees of freedom: the clusters in
# control only, in the treated arm only and in both are groups, each with its
# share of the variance.
robust <- function(id, data, d, y, arm, terms, cluster, standalone = NULL) {
  m <- glm(reformulate(c(arm, terms), y), binomial, d, control = tight)
  k <- d[[cluster]]
  se <- sqrt(diag(vcovCL(m, k, type = "HC0", cadjust = TRUE)))[[arm]]
  u <- tapply(estfun(m) %*% vcov(m)[, arm], k, sum)
  in1 <- tapply(d[[arm]] == 1, k, any)
  in0 <- tapply(d[[arm]] == 0, k, any)
  group <- in1 + 2 * in0
  share <- tapply(u^2, group, sum)
  df <- sum(share)^2 / sum(share^2 / (table(group) - 1))
  add(id, "robust", data, list(y = y, trt = arm, terms = I(as.character(terms)), cluster = cluster), list(
    coef = coef(m)[[arm]], se = se, df = df, p = 2 * pt(-abs(coef(m)[[arm]] / se), df)))
}
trial <- read.csv("trial-a1.csv")
ohio <- read.csv("ohio.csv")
robust("trial-managers", "trial-a1.csv", trial, "linked90", "trt", c("subgroup", "age"), "mgr_cluster")
robust("trial-sites", "trial-a1.csv", trial, "linked90", "trt", character(), "site")
robust("ohio-children", "ohio.csv", ohio, "resp", "smoke", "age", "id")

# Treatment by subgroup with a covariate.
interaction <- function(id, data, d, y, arm, member, terms) {
  m <- glm(reformulate(c(paste0(arm, "*", member), terms), y), binomial, d, control = tight)
  at <- paste0(arm, ":", member)
  add(id, "interaction", data, list(y = y, trt = arm, subject = member, terms = I(terms)),
    list(coef = coef(m)[[at]], se = sqrt(diag(vcov(m)))[[at]]))
}
birthwt <- read.csv("birthwt.csv")
interaction("trial-subgroup", "trial-a1.csv", trial, "linked90", "trt", "subgroup", "age")
interaction("birthwt-ui", "birthwt.csv", birthwt, "low", "smoke", "ui", c("age", "lwt"))

# Standardization when no smoker has the event: the risk of the others, by the
# regression among them, over the covariates of all.
terms <- c("age", "lwt")
m <- glm(reformulate(terms, "low"), binomial, birthwt[birthwt$smoke == 0, ], control = tight)
x <- model.matrix(reformulate(terms), birthwt)
p <- plogis(drop(x %*% coef(m)))
g <- colMeans(x * p * (1 - p))
add("birthwt-no-events", "constant_arm", "birthwt.csv", list(y = "low", trt = "smoke", terms = I(terms)),
  list(coef = -mean(p), se = sqrt(drop(g %*% vcov(m) %*% g))))

lines <- vapply(cases, function(x) as.character(toJSON(x, auto_unbox = TRUE, digits = I(15))), "")
writeLines(c(paste0('{"source":"make-binary.R, R ', getRversion(), ", sandwich ", packageVersion("sandwich"), '","cases":['),
  paste(lines, collapse = ",\n"), "]}"), "make-binary.json")
