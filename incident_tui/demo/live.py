"""The live incident of the demo, half-way: the rollback has helped, but not enough."""

from __future__ import annotations

from incident_tui.demo.script import Line, Script

BY_STATE = "! psql -tc 'select state, count(*) from pg_stat_activity group by 1 order by 2 desc'"
BY_STATE_OUTPUT = """\
 idle in transaction |   187
 active              |     9
 idle                |     4"""

BY_APPLICATION = """\
! psql -tc "select application_name, count(*), max(now() - xact_start) from pg_stat_activity \
where state ~ '^idle in' group by 1\""""
BY_APPLICATION_OUTPUT = " order-worker |   187 | 00:15:36.408113"

TRACE = """\
+ All traces of failed payments end in the same wait +H1 #checkout
PoolTimeout: no connection within 5000 ms (size 20, in use 20, waiting 61)
    at Pool.acquire (db/pool.ts:118)
    at reserveStock (orders/reserve.ts:42)
    at POST /api/checkout (web/checkout.ts:87)"""

LIVE = Script(
    "Checkout returns 5xx for card payments",
    1,
    "1m12s",
    "dana",
    (
        Line(
            "1m24s",
            "dana",
            "-1m24s /alert Sentry: PoolTimeout in POST /api/checkout #sentry\n1,204 events · 312 users · web@2.4.1",
        ),
        Line("2m11s", "dana", "/role incident commander @dana"),
        Line("2m19s", "dana", "/role technical lead @lee"),
        Line("2m26s", "dana", "/role communications lead @sam"),
        Line("2m38s", "kim", "/check 1.1"),
        Line("2m51s", "kim", "/stepnote 1.1 web and api are red; catalogue, search and sign-in are green"),
        Line("3m02s", "lee", "p95 of checkout is 9.8 s; it was 310 ms an hour ago #checkout"),
        Line("3m10s", "lee", "/check 1.2"),
        Line("3m18s", "lee", "/stepnote 1.2 38 % of POST /api/checkout fail, usually 0.1 %; still climbing"),
        Line("3m31s", "sam", "/check 1.3"),
        Line("3m40s", "sam", "/stepnote 1.3 14 chats and 6 calls: “payment failed, please try again”"),
        Line("3m52s", "dana", "/milestone started -5m12s"),
        Line("4m01s", "lee", "The only change today is web@2.4.1, out 80 seconds before the first alert #deploy"),
        Line("4m06s", "lee", "/check 1.4"),
        Line("4m15s", "dana", "/check 2.1"),
        Line("4m22s", "sam", "@internal 👀 Card payments fail; Dana commands, Lee searches. next 10m"),
        Line("4m29s", "sam", "/sent M1 #incidents"),
        Line("4m33s", "sam", "/check 2.2"),
        Line("4m41s", "dana", "o kim 5m find out what the failing requests have in common"),
        Line("4m52s", "dana", "/understood O1"),
        Line(
            "5m10s",
            "sam",
            "@external Investigating: some card payments fail. Your cart is kept. next 20m",
        ),
        Line("5m24s", "sam", "/sent M2 status page"),
        Line("5m29s", "sam", "/check 2.3"),
        Line("5m44s", "lee", "/check 2.4"),
        Line("5m58s", "lee", "/stepnote 2.4 web@2.4.0 is good; 2 minutes to roll back; no migration in between"),
        Line("6m08s", "kim", "/impact users ≈1,500 (4.1 %)"),
        Line("6m12s", "kim", "/check 3.2"),
        Line("6m31s", "lee", "? web@2.4.1 leaks database connections #db"),
        Line("6m40s", "lee", "/for H1", about="The only change today"),
        Line("7m04s", "lee", TRACE),
        Line("7m11s", "kim", "/result O1 all of them wait for a database connection"),
        Line("7m20s", "kim", "/impact revenue $12k/h"),
        Line("7m26s", "kim", "/check 3.1"),
        Line("7m39s", "kim", "/stepnote 3.1 400 orders an hour missing against last week, at $30 each"),
        Line("7m52s", "dana", "/check 3.6"),
        Line("8m05s", "kim", "The payment provider reports an outage"),
        Line("8m20s", "sam", "@management Card payments fail since a release; rolling it back. next 30m"),
        Line("8m31s", "sam", "/sent M3 e-mail to 3 people"),
        Line("8m44s", "kim", "/strike a notice of last month", about="payment provider"),
        Line("8m47s", "dana", "/loop stabilize"),
        Line(
            "8m49s",
            "dana",
            "/propose Roll back web to 2.4.0 risk: 2 min of refused orders rollback: deploy 2.4.1 again by:lee",
        ),
        Line("9m04s", "dana", "/proceed D1 no objections"),
        Line("9m11s", "dana", "/begin 4"),
        Line(
            "9m25s",
            "lee",
            "! kubectl rollout undo deploy/web",
            output="deployment.apps/web rolled back",
            took_ms=3_214,
        ),
        Line("9m35s", "sam", "@internal 🔄 Rolling back web to 2.4.0. next 10m"),
        Line("9m40s", "sam", "/sent M4 #incidents"),
        Line("10m20s", "dana", "/seen ten:1"),
        Line("10m42s", "lee", "/check 4.1"),
        Line("10m50s", "lee", "/stepnote 4.1 all 12 nodes run web@2.4.0"),
        Line("11m08s", "dana", "/na 4.3 no cache in the path of a payment"),
        Line("11m31s", "lee", "Error rate 38 % → 8 % two minutes after the rollback #checkout"),
        Line("11m52s", "dana", "/loop verify"),
        Line("12m10s", "lee", "/judge H1 supported the errors fell with the rollback"),
        Line(
            "12m24s",
            "lee",
            "/amend Error rate 38 % → 11 % two minutes after the rollback, and no longer falling",
            about="Error rate 38",
        ),
        Line("13m05s", "lee", BY_STATE, output=BY_STATE_OUTPUT, took_ms=412),
        Line("13m20s", "dana", "/loop size-up"),
        Line("13m48s", "kim", "? order-worker keeps transactions open #db"),
        Line("13m56s", "kim", "/for H2", about="select state, count(*)"),
        Line("14m33s", "kim", BY_APPLICATION, output=BY_APPLICATION_OUTPUT, took_ms=388),
        Line("14m58s", "kim", "All 187 idle sessions come from order-worker, none from web +H2 -H1"),
        Line("15m06s", "dana", "/star", about="All 187 idle sessions"),
        Line("15m32s", "lee", "/health api /health 503 → 200"),
        Line("16m04s", "lee", "order-worker came with 2.4.1 too, and was not rolled back +H2 #deploy"),
        Line("16m21s", "kim", "* Read what 2.4.1 changed in order-worker: it now charges inside the transaction"),
        Line("16m30s", "dana", "o kim 5m prepare order-worker 2.4.0 for a rollback"),
        Line("16m38s", "dana", "/understood O2"),
        Line(
            "16m47s",
            "sam",
            "@internal 🔍 Errors at 11 %, pool still full: checking order-worker. next 10m",
        ),
        Line("17m02s", "sam", "@external Most card payments work again; some still fail. next 20m"),
        Line("17m19s", "dana", "/approve M6"),
        Line("17m30s", "dana", "o lee 10m find out whether pausing order-worker can lose an order"),
    ),
)
