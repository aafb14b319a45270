/* SPDX-License-Identifier: Apache-2.0
 *
 * The symmetric session of spec/session.md §2 and §3, for Spin. An attacker has the network: it holds back, repeats, mixes and
 * makes up messages, but makes no MAC. Power goes at any step of either side. Two devices share one secret under two keys, each
 * initiator of one of them, so that every message can be reflected.
 *
 * Checked in every reachable state:
 *   - who accepts, accepts what the other side did: same key, suite, nonces and generations (no agreement without both sides,
 *     no downgrade, no mixing of roles), and no run of the initiator is accepted twice (no replay);
 *   - both sides derive from the same C(g), and g is forgotten when keys of it are in use;
 *   - the sides are never more than a step apart, and a handshake that nobody disturbs brings them together.
 *
 * Two sets of bounds: many handshakes of one key, and few with the mirrored key. tests/session/model_test.py has both, and says how
 * many states each has.
 *
 * Each of these leaves out one thing, and the check must then fail: NO_IDENTITY, NO_DIRECTION, NO_SUITE, NO_NONCE, EAGER (A goes
 * ahead of a B that is behind), LATE (A sends M3 before its place is durable).
 */

#define KEYS 2
#ifndef STARTS
#define STARTS 3     /* of key 0 */
#define ANSWERS 3
#define MIRRORED 0   /* how often key 1, which is there to be reflected, starts and answers */
#endif
#define RUNS 5       /* of either role, over both keys, and the last one */
#define MACS 10
#define NONE 255
#define STRANGE 0    /* a nonce of the attacker's */

typedef Run {        /* what a MAC covers, and what a side believes */
  byte key; byte suite;
  byte ra; byte na;  /* R_A: the random half, the generation */
  byte rb; byte nb
}
typedef Mac { byte place; Run says }          /* place: 2 in M2, 3 in M3 */
typedef Side { bool waits; Run at }

byte n_a[KEYS], n_b[KEYS];                   /* durable: the only thing that survives a cut */
Side a[KEYS], b[KEYS];
bool in_session[KEYS], unheard[KEYS];        /* A has accepted; and B was behind, so C(g) is still there */
byte session_rb[KEYS], session_g[KEYS];

Mac macs[MACS]; byte mac_count;              /* what the attacker has seen */
Run of_a[RUNS]; byte of_a_count;             /* ghosts: what A accepted, ... */
bool taken[RUNS];                            /* ... what of it B accepted, ... */
Run of_b[RUNS]; byte of_b_count;             /* ... and what B answered */
byte starts[KEYS], answers[KEYS], next_nonce = 1;
byte i, k, found;

inline copy(to, from) {
  to.key = from.key; to.suite = from.suite; to.ra = from.ra; to.na = from.na; to.rb = from.rb; to.nb = from.nb
}
#define same(x, y) (x.key == y.key && x.suite == y.suite && x.ra == y.ra && x.na == y.na && x.rb == y.rb && x.nb == y.nb)

#ifdef NO_IDENTITY
#define key_fits(x, y) true
#else
#define key_fits(x, y) (x.key == y.key)
#endif
#ifdef NO_SUITE
#define suite_fits(x, y) true
#else
#define suite_fits(x, y) (x.suite == y.suite)
#endif
#ifdef NO_DIRECTION
#define place_fits(m, p) true
#else
#define place_fits(m, p) (m.place == p)
#endif
#ifdef NO_NONCE
#define nonce_fits(m, y) (m.place == 3 || (m.says.rb == y.rb && m.says.nb == y.nb))
#else
#define nonce_fits(m, y) (m.says.rb == y.rb && m.says.nb == y.nb)
#endif
#define verifies(m, p, y) (place_fits(m, p) && key_fits(m.says, y) && suite_fits(m.says, y) && m.says.ra == y.ra && m.says.na == y.na && nonce_fits(m, y))

inline publish(where, what) {
  macs[mac_count].place = where; copy(macs[mac_count].says, what); mac_count++
}
#define apart(x) (n_a[x] > n_b[x] + 1 || n_b[x] > n_a[x] + 1)
inline check() { assert(!apart(0) && !apart(1)); i = 0; k = 0; found = 0 }

inline start() {                             /* A sends M1; the attacker sees all of it */
  d_step {
    a[k].waits = true; a[k].at.key = k; a[k].at.suite = 1; a[k].at.ra = next_nonce; a[k].at.na = n_a[k];
    a[k].at.rb = 0; a[k].at.nb = 0;
    in_session[k] = false; unheard[k] = false;
    next_nonce++; starts[k]++
  }
}

inline answer(offered, random, place) {       /* B takes an M1 that offers this suite and says R_A = place | random */
  d_step {
    b[k].waits = true; b[k].at.key = k; b[k].at.suite = offered; b[k].at.ra = random; b[k].at.na = place;
    b[k].at.rb = next_nonce; b[k].at.nb = n_b[k];
    next_nonce++; answers[k]++;
    copy(of_b[of_b_count], b[k].at); of_b_count++;
    publish(2, b[k].at)
  }
}

/* A takes an M2 whose MAC is macs[i]; R_B is that of the MAC, as any other fails. */
#define a_takes(x, m) (a[x].waits && a[x].at.na == n_a[x] && place_fits(m, 2) && key_fits(m.says, a[x].at) && suite_fits(m.says, a[x].at) && m.says.ra == a[x].at.ra && m.says.na == a[x].at.na)
inline accept_m2() {
  a[k].waits = false; a[k].at.rb = macs[i].says.rb; a[k].at.nb = macs[i].says.nb;
  found = NONE;
  i = 0;
  do
  :: i < of_b_count -> if :: same(of_b[i], a[k].at) -> found = i :: else fi; i++
  :: else -> break
  od;
  assert(found != NONE);                     /* B answered exactly this */
  session_rb[k] = a[k].at.rb;
  session_g[k] = (a[k].at.na > a[k].at.nb -> a[k].at.na : a[k].at.nb);
  unheard[k] = (a[k].at.nb < a[k].at.na);
#ifdef EAGER
  unheard[k] = false;
#endif
  copy(of_a[of_a_count], a[k].at); of_a_count++
}
inline a_durable() { if :: !unheard[k] -> n_a[k] = session_g[k] + 1 :: else -> n_a[k] = session_g[k] fi }
inline send_m3() {
  assert(unheard[k] || n_a[k] > session_g[k]);  /* C(g) is gone before keys of it are used */
  in_session[k] = true;
  publish(3, a[k].at)
}

#define b_is_where_it_was(x) (b[x].at.nb == n_b[x])
inline accept_m3() {
  b[k].waits = false;
  found = NONE;
  i = 0;
  do
  :: i < of_a_count -> if :: same(of_a[i], b[k].at) && !taken[i] -> found = i :: else fi; i++
  :: else -> break
  od;
  assert(found != NONE);                     /* A accepted exactly this, and B has not yet */
  assert(b_is_where_it_was(k) && (b[k].at.na >= n_b[k] || b[k].at.nb >= n_b[k]));  /* C(g) can still be computed */
  taken[found] = true;
  n_b[k] = (b[k].at.na > b[k].at.nb -> b[k].at.na : b[k].at.nb) + 1
}

active proctype network() {
  do
  :: atomic {                                /* A starts anew */
       if :: k = 0 :: k = 1 fi;
       (k == 0 && starts[0] < STARTS) || (k == 1 && starts[1] < MIRRORED);
       start(); check()
     }
  :: atomic {                                /* M1, true, of another time, of the other key, with another suite */
       if :: k = 0 :: k = 1 fi;
       (k == 0 && answers[0] < ANSWERS) || (k == 1 && answers[1] < MIRRORED);
       if
       :: a[0].at.ra != 0 -> answer(1, a[0].at.ra, a[0].at.na)
       :: a[0].at.ra != 0 -> answer(2, a[0].at.ra, a[0].at.na)
       :: a[1].at.ra != 0 -> answer(1, a[1].at.ra, a[1].at.na)
       :: of_b_count > 0 -> answer(of_b[0].suite, of_b[0].ra, of_b[0].na)
       :: answer(1, STRANGE, 0)
       :: answer(1, STRANGE, n_b[k] + 1)
       fi;
       check()
     }
  :: atomic {                                /* an M2 that A takes; power may go before its place is durable, or before M3 */
       if :: k = 0 :: k = 1 fi;
       i = 0;
       do :: i + 1 < mac_count -> i++ :: break od;
       mac_count > i && a_takes(k, macs[i]);
       accept_m2();
       if
       :: skip
#ifdef LATE
       :: skip; send_m3()
       :: skip; send_m3(); a_durable()
#else
       :: skip; a_durable()
       :: skip; a_durable(); send_m3()
#endif
       fi;
       check()
     }
  :: atomic {                                /* an M3 that B takes; power may go before its place is durable */
       if :: k = 0 :: k = 1 fi;
       i = 0;
       do :: i + 1 < mac_count -> i++ :: break od;
       mac_count > i && b[k].waits && b_is_where_it_was(k) && verifies(macs[i], 3, b[k].at);
       if
       :: accept_m3()
       :: b[k].waits = false
       fi;
       check()
     }
  :: atomic {                                /* A opens a record of B's: B has taken this session's M3 */
       if :: k = 0 :: k = 1 fi;
       in_session[k] && unheard[k];
       i = 0;
       do
       :: i < of_a_count && !(taken[i] && of_a[i].key == k && of_a[i].rb == session_rb[k]) -> i++
       :: else -> break
       od;
       i < of_a_count;
       n_a[k] = session_g[k] + 1; unheard[k] = false; check()
     }
  :: atomic { if :: k = 0 :: k = 1 fi; a[k].waits || in_session[k]; a[k].waits = false; in_session[k] = false; unheard[k] = false; check() }
  :: atomic { if :: k = 0 :: k = 1 fi; b[k].waits; b[k].waits = false; check() }
  :: atomic {                                /* nobody disturbs: one handshake from here brings the sides together */
       k = 0;
       start();
       answer(1, a[0].at.ra, a[0].at.na);
       i = mac_count - 1;
       accept_m2(); a_durable(); send_m3();
       accept_m3();
       if :: unheard[0] -> n_a[0] = session_g[0] + 1 :: else fi;
       assert(n_a[0] == n_b[0]);
       break
     }
  od
}
