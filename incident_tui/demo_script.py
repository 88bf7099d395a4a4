"""What happens in the demo: two outages of an invented shop, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple


class Said(NamedTuple):
    """Somebody enters a line, so long after the beginning."""

    after: timedelta
    who: str
    line: str


@dataclass(frozen=True, slots=True)
class Story:
    """An incident: noticed at its beginning, declared a little later, then line by line."""

    title: str
    severity: int
    commander: str
    declared: timedelta
    lines: tuple[Said, ...]


def _script(text: str) -> tuple[Said, ...]:
    """`mm:ss who line`, one to a line; what is indented further belongs to the line above."""
    found: list[Said] = []
    for line in text.strip("\n").splitlines():
        if line.startswith("    "):
            found[-1] = found[-1]._replace(line=f"{found[-1].line}\n{line[4:].rstrip()}")
            continue
        clock, who, words = line.split(" ", 2)
        minutes, seconds = clock.split(":")
        found.append(Said(timedelta(minutes=int(minutes), seconds=int(seconds)), who, words))
    return tuple(found)


CHECKOUT = Story(
    "Checkout fails with 502 for most customers",
    1,
    "dana",
    timedelta(minutes=1, seconds=30),
    _script(
        """
01:42 dana role scribe @kim
01:50 dana role technical lead @lee
01:55 dana role communications lead @rio
02:05 kim alert PoolTimeout in POST /api/checkout, 312 in 5 min #sentry
02:20 lee check 1.1
02:31 lee health web 502 on 61 % of requests, database up, cache up #web
02:50 kim check 1.2
03:05 kim check 1.3
03:10 kim impact users ≈1,500 in the last 10 min
03:24 lee check 1.4
03:40 lee finding web@2.4.1 went out 9 min before the first error #deploy
04:05 dana check 2.1
04:10 dana check 2.2
04:30 rio draft internal 👀 Checkout is failing, the war room is open, Dana leads next 10m
04:36 dana approve M1
04:41 rio sent M1 chat
05:02 rio draft external We are looking into problems with payments next 20m
05:15 dana approve M2
05:20 rio sent M2 status page
05:25 rio check 2.3
05:58 lee check 2.4
06:02 lee stepnote 2.4 web@2.4.0 is still in the registry, rollback takes 4 min
06:40 kim impact revenue ≈5,000 per hour
06:44 kim check 3.1
07:02 kim check 3.2
07:31 lee check 3.3
07:35 lee impact data no loss
08:10 rio impact visibility three posts, no press
08:12 rio check 3.4
08:40 lee impact components checkout, order API, connection pool
08:44 lee check 3.5
08:51 dana check 3.6
09:30 lee theory connections leak since web@2.4.1
09:55 kim theory the payment provider is slow and holds connections
10:20 lee $ psql -c "select state, count(*) from pg_stat_activity group by 1"
     state  | count
    --------+-------
     active |     9
     idle in transaction | 187
    (2 rows)
10:48 lee evidence 187 of 200 sessions are idle in transaction +H1
11:30 kim finding status page of the payment provider is green, p95 there is 240 ms -H2
11:52 kim judge H2 refuted the provider answers in 240 ms
12:05 lee state connections before 34
12:10 lee state connections during 196
12:20 lee state cpu during 38 %
12:31 lee state p95 latency before 310 ms
12:36 lee state p95 latency during 9.8 s
13:05 dana decision no restart of the database, it would drop the 39 % that still work
13:40 lee action restarted two of six web workers
13:44 lee check 4.4
14:20 lee health web 502 on 44 % of requests #web
14:40 rio draft internal 🔍 The connection pool is exhausted since web@2.4.1, two workers restarted next 10m
14:47 dana approve M3
14:52 rio sent M3 chat
15:05 rio draft management 1,500 customers hit, about 5,000 per hour, no data lost next 30m
15:20 dana approve M4
15:24 rio sent M4 phone
15:30 rio check 3.7
16:10 lee skip 4.3 the caches are not involved
16:45 lee check 4.2
16:47 lee stepnote 4.2 checkout is limited to 40 requests per second
17:30 kim check 5.1
17:45 kim check 5.2
18:10 lee error sqlalchemy.exc.TimeoutError: QueuePool limit of size 20 overflow 10 reached
18:25 lee check 5.3
19:02 kim check 5.4
19:40 lee check 5.5
20:15 kim check 5.6
21:05 lee config DB_POOL_SIZE=20 DB_MAX_OVERFLOW=10 DB_POOL_TIMEOUT=30
21:10 lee check 5.7
22:18 lee finding the except branch of pay() returns without closing the session #code +H1
22:40 lee judge H1 supported the idle sessions all come from pay()
23:30 kim note support has 64 tickets, all about payment
24:02 dana decision roll back to web@2.4.0 now, fix forward tomorrow
24:10 dana fixstep immediate roll back web to 2.4.0
24:31 lee action rollback to web@2.4.0 started
24:50 rio draft internal 🔄 Rolling back to web@2.4.0, expected to take 4 min next 10m
24:58 dana approve M5
25:04 rio sent M5 chat
25:40 rio draft external We have found the reason and are restoring payments next 20m
26:30 lee health 2 of 6 web workers on 2.4.0, 502 on 21 % of requests #web
27:05 dana todo alert when the pool is over 80 % owner:lee !high
27:20 kim finding p95 of checkout falls, now 2.1 s #checkout
"""
    ),
)

LOGIN = Story(
    "Login rejects valid sessions after key rotation",
    2,
    "kim",
    timedelta(minutes=4),
    _script(
        """
04:10 kim role scribe @rio
04:20 kim role technical lead @dana
04:40 rio alert JWT signature verification failed, 2,140 in 10 min #sentry
05:00 dana check 1.1
05:20 dana check 1.2
05:40 rio check 1.3
05:45 rio impact users ≈640 signed out
06:10 dana check 1.4
06:30 dana finding signing keys were rotated 12 min before the first report #deploy
07:00 kim check 2.1
07:05 kim check 2.2
07:40 rio draft external Signing in fails for some of you, we are on it next 60m
07:50 kim approve M1
07:55 rio sent M1 status page
08:00 rio check 2.3
08:30 dana check 2.4
09:10 rio impact data no loss
09:15 rio check 3.3
09:30 rio check 3.5
10:00 dana theory two of five nodes still hold the old key
12:20 dana $ for n in 1 2 3 4 5; do ssh node-$n cat /etc/shop/key-id; done
    2026-11
    2026-11
    2026-08
    2026-11
    2026-08
12:50 dana evidence node-3 and node-5 hold the key of August +H1
13:10 dana judge H1 confirmed the nodes with the old key are those that reject
13:30 dana cause the rotation skips nodes that are being drained
14:00 kim decision copy the key by hand, repair the rotation tomorrow
15:30 dana state failed logins before 2 per min
15:40 dana state failed logins during 214 per min
17:20 dana fix key copied to node-3 and node-5, both reloaded
17:25 dana fixstep immediate copy the key to the two nodes and reload
17:40 kim status monitoring
18:10 dana state failed logins after 3 per min
19:00 dana check 6.2
19:30 dana check 6.3
20:10 rio draft internal ✅ Signing in works again, we watch it for 30 min
20:15 kim approve M2
20:20 rio sent M2 chat
21:00 rio draft external Signing in works again
21:10 kim approve M3
21:15 rio sent M3 status page
24:00 dana check 7.1
25:00 dana check 7.2
51:30 rio check 7.3
52:00 dana check 7.4
52:30 kim resolve 30 min without a failed login above the usual
58:00 dana check 8.1
62:00 dana recovery service circuit breaker of the session store closed again
70:00 kim cost support 4 hours
70:30 kim cost lost revenue ≈300
75:00 rio lesson wrong the rotation reported success although it had skipped two nodes
76:00 rio lesson well the theory was confirmed within 4 min
77:00 rio lesson luck the draining of nodes had begun with only two
80:00 kim todo rotation fails when a node is skipped owner:dana !high
81:00 kim todo show the key id of each node on the dashboard owner:rio !medium
82:00 dana fixstep root-cause wait for drained nodes before the rotation ends
90:00 dana done A1
95:00 kim sign incident commander @kim
96:00 dana sign technical lead @dana
"""
    ),
)
