"""The playbooks against the reference document: every fact of it is there, and no sentence of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from incident_tui.domain.protocol import Protocol
from incident_tui.protocols import shelf

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "sentry-debugging-workflows.md"
LONGEST_COPY = 8
BOOKS = {playbook.name: playbook for playbook in shelf.all_playbooks()}

# What the reference says, the playbook that carries it, and how it is said there.
FACTS = [
    ("First 5 Minutes", "triage", "First five minutes"),
    ("How many users are affected", "triage", "Count the users affected"),
    ("error frequency", "triage", "frequency"),
    ("new error or regression", "triage", "new from returned"),
    ("What environment", "triage", "environment tag"),
    ("revenue/business-critical", "triage", "costs revenue"),
    ('"First Seen" and "Last Seen"', "triage", "First seen"),
    ("`release`", "triage", "release, environment, user.id, transaction and http.status_code"),
    ("`browser.name`", "triage", "browser.name"),
    ("`os.name`", "triage", "os.name"),
    ("Breadcrumbs", "triage", "breadcrumbs"),
    ("Query parameters", "triage", "query parameters"),
    ('transaction:"POST /api/checkout" is:unresolved', "triage", 'transaction:"{{endpoint}}" is:unresolved'),
    ('release:"broxiva-backend@2.0.0" is:unresolved', "triage", 'release:"{{release}}" is:unresolved'),
    ("firstSeen:-1h is:unresolved", "triage", "firstSeen:-1h is:unresolved"),
    ("user.count:>=10 is:unresolved", "triage", "user.count:>=10 is:unresolved"),
    ("External service outages", "triage", "Payment, identity, mail, DNS"),
    ("| Code Bug |", "triage", "our own frames on top of the stack high developers"),
    ("| Dependency Issue |", "triage", "third-party library medium developers"),
    ("| Infrastructure |", "triage", "database, Redis or network refuses critical DevOps"),
    ("| Configuration |", "triage", "variable missing, value wrong high DevOps"),
    ("| User Input |", "triage", "validation fails, data malformed low product"),
    ("| External API |", "triage", "Stripe or another gateway answers errors high developers"),
    ("| Security |", "triage", "DDoS critical security"),
    ("is:unresolved environment:production level:error", "weekly-review", "environment:production level:error"),
    ("is:unresolved user.count:>=100 firstSeen:-24h", "triage", "is:unresolved user.count:>=100 firstSeen:-24h"),
    ("is:unresolved transaction:*checkout*", "triage", "is:unresolved transaction:*{{module}}*"),
    ("is:unresolved error.type:*Database*", "triage", "is:unresolved error.type:*Database*"),
    ("error.type:*Stripe* OR error.type:*Payment*", "triage", "error.type:*Stripe* OR error.type:*Payment*"),
    ("is:unresolved error.type:*Timeout*", "triage", "is:unresolved error.type:*Timeout*"),
    ("is:unresolved error.type:*Memory*", "triage", "is:unresolved error.type:*Memory*"),
    (
        "Error rate (errors per minute)",
        "triage",
        "Errors per minute and unique users hit; availability per endpoint and its P95",
    ),
    ("Cache hit rate", "triage", "the cache hit rate and the database query time"),
    ("| Critical | < 15 min |", "triage", "< 15 min critical on-call, then team lead, then engineering manager"),
    ("| High | < 2 hours |", "triage", "< 2 hours high assigned developer, then team lead"),
    ("| Medium | < 1 day |", "triage", "< 1 day medium assigned developer"),
    ("| Low | < 1 week |", "triage", "< 1 week low backlog, then sprint planning"),
    ("level: error/fatal", "unhandled-exception", "level:[error,fatal]"),
    ("cron job", "unhandled-exception", "HTTP handler, queue, cron job"),
    ("curl -X POST", "unhandled-exception", "-X POST {{url}}"),
    ('"Content-Type: application/json"', "unhandled-exception", "Content-Type: application/json"),
    ("git log --oneline v1.9.0..v2.0.0 --", "unhandled-exception", "git log --oneline {{previous}}..{{release}} --"),
    ("git log -p", "unhandled-exception", "git log -p"),
    ("this.logger.debug", "unhandled-exception", "this.logger.debug"),
    ("BadRequestException", "unhandled-exception", "BadRequestException"),
    ("NotFoundException", "unhandled-exception", "NotFoundException"),
    ("PaymentFailedException", "unhandled-exception", "PaymentFailedException"),
    ("npm run deploy", "unhandled-exception", "npm run deploy"),
    ('"Last Seen"', "unhandled-exception", "Last Seen"),
    ("wait_event_type", "database-connections", "wait_event_type"),
    ("pg_stat_activity", "database-connections", "pg_stat_activity"),
    ("LIMIT 10", "database-connections", "limit 10"),
    ("pg_locks WHERE NOT granted", "database-connections", "where not waiting.granted"),
    ("connectionLimit = 10", "database-connections", "A limit of 10"),
    ("Increased from 10", "database-connections", "From 10 to 20"),
    ("connectionLimit = 20", "database-connections", "connection_limit=20"),
    ("pool_timeout = 30", "database-connections", "pool_timeout=30"),
    ("prisma.$on('query'", "database-connections", "$on('query'"),
    ("redis-cli INFO stats", "database-connections", "INFO stats"),
    ("--tail=100", "database-connections", "--tail=100"),
    ("kubectl top pods -n production", "database-connections", "kubectl -n {{namespace}} top pods"),
    ("$disconnect()", "database-connections", "$disconnect()"),
    ("Vertical scaling", "database-connections", "more CPU and RAM"),
    ("Read replicas", "database-connections", "replicas"),
    ("PgBouncer", "database-connections", "PgBouncer"),
    ("source maps", "browser-errors", "source maps"),
    ("session replay", "browser-errors", "session replays"),
    ("race conditions", "browser-errors", "races"),
    ("older browser version", "browser-errors", "old versions only"),
    (".next/static/chunks/*.map", "browser-errors", ".next/static/chunks/*.map"),
    ("sentry-cli sourcemaps upload", "browser-errors", "sentry-cli sourcemaps upload"),
    ("--project broxiva-web-prod", "browser-errors", "--project {{project}}"),
    ("npm run dev", "browser-errors", "npm run dev"),
    ("'Guest'", "browser-errors", "'Guest'"),
    ("toast.error", "browser-errors", "toast.error"),
    ("componentDidCatch", "browser-errors", "componentDidCatch"),
    ("Target < 2.5s", "web-vitals", "LCP largest contentful paint below 2.5 s"),
    ("Target < 100ms", "web-vitals", "FID first input delay below 100 ms"),
    ("Target < 0.1", "web-vitals", "CLS cumulative layout shift below 0.1"),
    ("P75 LCP descending", "web-vitals", "P75 LCP, worst first"),
    ("Resource timings", "web-vitals", "Resource timings"),
    ("npm install -g lighthouse", "web-vitals", "npm install -g lighthouse"),
    ("--output-path=./lighthouse-report.html", "web-vitals", "--output-path=./lighthouse-report.html"),
    ("webpack-bundle-analyzer", "web-vitals", "webpack-bundle-analyzer .next/static/chunks/*.js"),
    ("ssr: false", "web-vitals", "ssr: false"),
    ("width={500}", "web-vitals", "width={500} height={500} priority"),
    ('placeholder="blur"', "web-vitals", 'placeholder="blur"'),
    ("font/woff2", "web-vitals", "font/woff2"),
    ("lazyOnload", "web-vitals", "lazyOnload"),
    ("P95 Duration descending", "slow-endpoints", "P95, worst first"),
    ("Time of day", "slow-endpoints", "pattern over the day"),
    ("Span waterfall", "slow-endpoints", "waterfall"),
    ("N+1", "slow-endpoints", "N+1"),
    ("orders: true", "slow-endpoints", "include: { orders: true }"),
    ("log_statement = 'all'", "slow-endpoints", "log_statement = 'all'"),
    ("pg_stat_statements", "slow-endpoints", "where calls > 5 order by mean_exec_time desc limit 10"),
    ("EXPLAIN ANALYZE", "slow-endpoints", "explain (analyze, buffers"),
    ("category_id = 123", "slow-endpoints", "category_id = 123 order by p.created_at desc limit 20"),
    ("n_distinct > 10", "slow-endpoints", "n_distinct > 10"),
    ("INDEX CONCURRENTLY idx_products_category_created", "slow-endpoints", "idx_products_category_created on products"),
    ("Cache for 1 hour", "slow-endpoints", "One hour (3600 s)"),
    ("tasks: ['email', 'inventory', 'notify']", "slow-endpoints", "tasks: ['email', 'inventory', 'notify']"),
    ("deadlock detected", "deadlocks", "deadlock detected"),
    ("pg_stat_database_conflicts", "deadlocks", "pg_stat_database_conflicts"),
    ("l.relation::regclass", "deadlocks", "l.relation::regclass"),
    ("Wait for A → DEADLOCK", "deadlocks", "waits for A → deadlock"),
    (".sort()", "deadlocks", ".sort()"),
    ("SELECT FOR UPDATE", "deadlocks", "for update"),
    ("Payments → All Payments", "payment-failures", "Payments, All payments"),
    ("| card_declined |", "payment-failures", "card_declined the bank says no try another card, or ask the bank"),
    ("| insufficient_funds |", "payment-failures", "insufficient_funds not enough money another card, or add funds"),
    ("| expired_card |", "payment-failures", "expired_card card out of date update the card"),
    ("| incorrect_cvc |", "payment-failures", "incorrect_cvc wrong security code enter the CVC again"),
    ("| processing_error |", "payment-failures", "processing_error passing trouble at Stripe retry the payment"),
    ("| rate_limit |", "payment-failures", "rate_limit too many API calls back off; if it lasts, contact Stripe"),
    ("amount * 100", "payment-failures", "times 100"),
    ("StripeCardError", "payment-failures", "StripeCardError"),
    ("StripeRateLimitError", "payment-failures", "StripeRateLimitError"),
    ("StripeInvalidRequestError", "payment-failures", "StripeInvalidRequestError"),
    ("decline_code", "payment-failures", "decline_code"),
    ("`order_${orderId}`", "payment-failures", "`order_${orderId}`"),
    ("Token expiration time", "token-errors", "Read message, expiry, user and endpoint"),
    ("$JWT_SECRET", "token-errors", "JWT_SECRET, JWT_EXPIRATION, JWT_REFRESH_SECRET and JWT_REFRESH_EXPIRATION"),
    ("Minimum 64 characters", "token-errors", "At least 64 characters"),
    ("Not committed to Git", "token-errors", "ever in Git"),
    ("TokenExpiredError", "token-errors", "TokenExpiredError"),
    ("JsonWebTokenError", "token-errors", "JsonWebTokenError"),
    ("ntpdate -s time.nist.gov", "token-errors", "ntpdate -s time.nist.gov"),
    ("timedatectl", "token-errors", "timedatectl"),
    ("expiresIn: '1h'", "token-errors", "expiresIn: '1h'"),
    ("[old-release] vs [new-release]", "spike-after-deployment", "Compare the two releases"),
    ("git log v1.9.0..v2.0.0 --oneline", "spike-after-deployment", "git log --oneline {{previous}}..{{release}}"),
    ("git diff v1.9.0 v2.0.0 --", "spike-after-deployment", "git diff {{previous}} {{release}} --"),
    ("hotfix or revert", "spike-after-deployment", "hotfix or a revert"),
    ("Verify error stops", "spike-after-deployment", "See the errors stop"),
    ("proper fix for next release", "spike-after-deployment", "proper repair for the next release"),
    ("traffic patterns", "time-based", "Compare errors with traffic"),
    ("resource utilization", "time-based", "Watch the resources"),
    ("scheduled jobs", "time-based", "everything that runs by schedule"),
    ("database query times during peak", "time-based", "queries during the peak"),
    ("Scale infrastructure", "time-based", "Scale before"),
    ("rate limiting", "time-based", "Limit the rate"),
    ("Reschedule heavy jobs", "time-based", "Move or stop the heavy job"),
    ("Filter by user", "user-specific", "Filter the events by one user"),
    ("Browser version", "user-specific", "Browser and its version"),
    ("- Location", "user-specific", "Location and network"),
    ("Account state", "user-specific", "State of the account"),
    ("- Permissions", "user-specific", "Permissions and flags"),
    ("Contact user", "user-specific", "Ask the user"),
    ("user's specific data", "user-specific", "copy of their data"),
    ("edge cases", "user-specific", "Hunt the odd value"),
    ("Add validation", "user-specific", "Validate at the door"),
    ("45 minutes", "post-incident-analysis", "45 minutes"),
    ("1,500 users", "post-incident-analysis", "1,500 users"),
    ("14:35 UTC", "post-incident-analysis", "at 0, 5, 10, 20 and 45 minutes"),
    ("Monitored for 30 minutes", "post-incident-analysis", "the 30 minutes of watching"),
    ("finally block", "post-incident-analysis", "releasing in finally"),
    ("code review checklist", "post-incident-analysis", "review checklist"),
    ("## Action Items", "post-incident-analysis", "## Action items"),
    ("top 10 errors", "weekly-review", "top 10 errors of the past week"),
    ("patterns and trends", "weekly-review", "patterns and trends"),
    ("Prioritize fixes", "weekly-review", "Order the fixes"),
    ("Update documentation", "weekly-review", "runbooks up to date"),
    ("Share learnings", "weekly-review", "Share one lesson"),
    ("error trends over month", "monthly-review", "month's errors"),
    ("recurring issues", "monthly-review", "keeps returning"),
    ("infrastructure improvements", "monthly-review", "Plan the infrastructure"),
    ("alert thresholds", "monthly-review", "every alert that fired"),
    ("Celebrate wins", "monthly-review", "Celebrate"),
]


@pytest.fixture(scope="module")
def reference() -> str:
    if not REFERENCE.exists():
        pytest.skip("the reference document is not beside this checkout")
    return REFERENCE.read_text(encoding="utf-8")


def prose(playbook: Protocol) -> Iterator[str]:
    yield from (playbook.title, playbook.summary)
    for phase in playbook.phases:
        yield from (phase.title, phase.text)
    for _, step in playbook.all_steps():
        yield from (step.title, step.detail)


def pieces(playbook: Protocol) -> Iterator[tuple[str, str]]:
    """Commands and blocks, each with its language."""
    for phase in playbook.phases:
        yield from ((block.language, block.text) for block in phase.blocks)
    for _, step in playbook.all_steps():
        yield from (("bash", command) for command in step.commands)
        yield from ((block.language, block.text) for block in step.blocks)


def all_text(playbook: Protocol) -> str:
    return " ".join(" ".join([*prose(playbook), *(text for _, text in pieces(playbook))]).split())


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return set(zip(*(words[start:] for start in range(LONGEST_COPY)), strict=False))


def test_shelf_holds_every_workflow_and_pattern() -> None:
    assert set(shelf.names()) == {playbook for _, playbook, _ in FACTS}
    assert len(shelf.names()) == 15


@pytest.mark.parametrize(("fact", "name", "words"), FACTS)
def test_each_fact_of_the_reference_is_in_its_playbook(fact: str, name: str, words: str) -> None:
    assert words in all_text(BOOKS[name]), fact


def test_table_names_facts_the_reference_has(reference: str) -> None:
    assert [fact for fact, _, _ in FACTS if fact not in reference] == []


@pytest.mark.parametrize("name", shelf.names())
def test_no_run_of_words_is_copied(name: str, reference: str) -> None:
    # Searches are facts: there is one way to write them.
    ours = [*prose(BOOKS[name]), *(text for language, text in pieces(BOOKS[name]) if language != "sentry-search")]
    known = runs(reference)
    assert [" ".join(run) for text in ours for run in runs(text) if run in known] == []
