// SPDX-License-Identifier: Apache-2.0
// Made from spec/openapi.yaml by generate.mjs. Change that, not this.

export interface paths {
    "/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the platform answers, and its database too
         * @description Needs no key. Whoever shows one that may `workspace:read`, and is not limited to some places, also sees when the platform's certificate ends.
         */
        get: operations["get_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The workspace of this key */
        get: operations["get_workspace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Rename it, or set what new locks start with
         * @description The code policy is that of locks claimed from now on; `PATCH /v1/locks/{lock_id}/settings` changes one that is there.
         */
        patch: operations["update_workspace"];
        trace?: never;
    };
    "/v1/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Do up to a hundred things in one request
         * @description Each operation is a `POST` of its own, with its own permission and answer: `/v1/persons`, `/v1/sites`, `/v1/doors`, `/v1/access-grants`, `/v1/access-grants/{grant_id}/credentials`,
         *     and `/revoke` of persons, access grants and credentials. They are done in their order, in one transaction: either all that could be done are kept, or, if the platform
         *     fails, none. `results` has one answer for each, in the same order: the status and the body that the request alone would have got, a problem where it was refused.
         *
         *     A PIN cannot be chosen here (`pin_not_in_bulk`): choose it in a request of its own, or let the platform make it.
         *
         *     With `atomic`, the first one that is refused is the answer to the whole, with its place in `errors`, and nothing is done. Name what you make (`external_id`, `name`), and a request that is sent
         *     again makes nothing twice; or send an `Idempotency-Key`, which stands for the whole request.
         */
        post: operations["bulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/locks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put a lock without a device on a door, to build against
         * @description It is active at once, and online. Its credentials, delivery, events, webhooks and explanations are those of any lock; the platform plays the device, and the rules of every lock judge what is
         *     typed: its keypad charges failures, makes one wait and goes off as any does. It has no motor that fails. `sandbox` is true wherever it or its events are shown, and its public id begins with
         *     `lock_73616e64626f783a`. At most 20 in a workspace.
         */
        post: operations["create_sandbox_lock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/locks/{lock_id}/keypad": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Type a code at a sandbox lock
         * @description It opens or refuses as a lock would that holds what this one has acknowledged, and its records become events at once.
         */
        post: operations["type_at_sandbox_lock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/locks/{lock_id}/simulate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a sandbox lock offline or online, move its door, drain its battery
         * @description Offline, it takes no commands and nothing new; what it holds already opens. Forced and left-open doors, and a battery below 20 %, leave the events that a lock leaves.
         */
        post: operations["simulate_sandbox_lock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sites, oldest first */
        get: operations["list_sites"];
        put?: never;
        /** Add a site */
        post: operations["create_site"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{site_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site_id: components["parameters"]["site_id"];
            };
            cookie?: never;
        };
        /** One site */
        get: operations["get_site"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Rename a site */
        patch: operations["update_site"];
        trace?: never;
    };
    "/v1/doors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Doors, oldest first, or what a search finds */
        get: operations["list_doors"];
        put?: never;
        /** Add a door to a site */
        post: operations["create_door"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/doors/{door_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                door_id: components["parameters"]["door_id"];
            };
            cookie?: never;
        };
        /** One door */
        get: operations["get_door"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Rename a door, or set its zone */
        patch: operations["update_door"];
        trace?: never;
    };
    "/v1/doors/{door_id}/access": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                door_id: components["parameters"]["door_id"];
            };
            cookie?: never;
        };
        /**
         * Who may open this door, and until when at the latest
         * @description Every credential that may still open the door, those that are ending too; oldest first.
         */
        get: operations["list_access_of_door"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/doors/{door_id}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                door_id: components["parameters"]["door_id"];
            };
            cookie?: never;
        };
        /**
         * Who can open this door at a moment, and why not the others
         * @description Judged by the lock's own rules over what the platform knows of the lock, which `lock` says the age of, and by what the platform itself gives out. Every live credential, and every grant without one; with `person_id`, also what ended.
         */
        get: operations["explain_door"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/locks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Locks, by id */
        get: operations["list_locks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/locks/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Claim a mounted lock for a door, by its label
         * @description Then press the inside button of the lock: it asks, and is given its keys. The claim ends after 24 hours. A label claims once: after
         *     the lock has its keys, its secret is forgotten on both sides. A door that has a lock is `door_taken`; a lock that is claimed
         *     or active, in whatever workspace, is `lock_claimed`.
         */
        post: operations["claim_lock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/locks/{lock_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        /** One lock, as it last said it was */
        get: operations["get_lock"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/locks/{lock_id}/claim": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Withdraw a claim that the lock has not taken up
         * @description The lock stays unclaimed and its label good. A lock that has its keys is `lock_active`.
         */
        delete: operations["withdraw_claim"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/locks/{lock_id}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change what the lock is to hold
         * @description The lock applies them at its next contact; `desired` tells. Another number of digits for offline codes, or `raise_code_epoch`, ends every
         *     offline code of the lock: the first is `codes_in_use` while there are any, unless `raise_code_epoch` comes with it.
         */
        patch: operations["update_lock_settings"];
        trace?: never;
    };
    "/v1/locks/{lock_id}/bound": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        /**
         * How hard the codes of this lock are to guess
         * @description The bound of codes.md §4, computed from the lock's settings, slots and windows.
         */
        get: operations["get_lock_bound"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/locks/{lock_id}/capacity": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        /**
         * How much room the lock has for what is typed at it
         * @description Counted by what gives it out: where `full` is not null, its `code` and `detail` are the answer to whoever asks for one more now, with what to do instead. Offline codes with a window are not in it: there are some
         *     for nearly every window (`codes_full` otherwise).
         */
        get: operations["get_lock_capacity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/locks/{lock_id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * For a lock without a network, hand in its file and get the answer to carry back
         * @description The file is an activation ask (activation.md §2) or a link file (link.md §6). The answer is good once, for that file alone, and gives the time as
         *     it is now: carry it back soon. A file that is not what it should be is `file_malformed`, one under another key `file_forged`, one that was
         *     overtaken `file_stale`; nothing of it is kept.
         */
        post: operations["exchange_lock_file"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/locks/{lock_id}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open the door now
         * @description A momentary command. It runs at most once, within 30 s, and never after the lock reconnects. The answer is the lock's own.
         */
        post: operations["unlock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/locks/{lock_id}/release-keypad": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a keypad work again that too many failures have switched off
         * @description A momentary command, as `unlock`. The failures of the last 24 hours still make it wait.
         */
        post: operations["release_keypad"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/locks/{lock_id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        /**
         * What became of a release, and the label of a lock that was released
         * @description Shows the label again, until this workspace has activated the lock once more. `release_not_found` for a lock that was not asked to let go of its owner.
         */
        get: operations["get_release"];
        put?: never;
        /**
         * Take a lock from its owner, so that somebody else can claim it
         * @description For whoever sells, moves or hands on a lock. Somebody has pressed its inside button within the last 120 s, and it is connected: then it forgets all that is this workspace's, and can
         *     be claimed once with the label that the answer has (activation.md §4). What was issued for it ends; grants stay, and the door is free. The lock refuses with `not_pressed`, and with `records_unsent`
         *     when a record came in between: ask again. After 504 look at the release as soon as the lock was heard. There is no way without the lock, and none around the button.
         */
        post: operations["release_lock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/locks/{lock_id}/write-off": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a lock off its door that is destroyed, lost or stolen
         * @description For a lock that will acknowledge nothing any more; one that still answers is released instead. The platform forgets its keys: it refuses its link and its files from then on, and nobody can claim its id again, so
         *     there is no way back (activation.md §5). The door is free for another lock, grants stay, the lock's alerts end, and no ring of a campaign waits for it. Its credentials are revoked and stay `ending`, with the `last_possible_use` that is known, or null: where the
         *     device still stands, it may open for them, as nobody can tell it otherwise. Leaves the event `lock.written_off`.
         */
        post: operations["write_off_lock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/locks/{lock_id}/service-codes": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An offline code that opens nothing but serves the lock
         * @description `clock` gives a lock without a good clock the time; `clear` ends everything issued before now, or with `credential_id` that one pool code;
         *     `release` lets a keypad work again. For whoever stands at the door. Only protected locks have offline codes: any other is `lock_unprotected`.
         */
        post: operations["issue_service_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/persons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Persons, oldest first, or what a search finds */
        get: operations["list_persons"];
        put?: never;
        /** Add a person */
        post: operations["create_person"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/persons/{person_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person_id: components["parameters"]["person_id"];
            };
            cookie?: never;
        };
        /** One person */
        get: operations["get_person"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a person's name, phone or e-mail */
        patch: operations["update_person"];
        trace?: never;
    };
    "/v1/persons/{person_id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person_id: components["parameters"]["person_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End every access of a person, and let no new one begin
         * @description May be repeated. `GET /v1/doors/{door_id}/access` says what can still open until when.
         */
        post: operations["revoke_person"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/access-grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Access grants, newest first */
        get: operations["list_access_grants"];
        put?: never;
        /**
         * Let a person through doors for a time
         * @description An intention, which opens nothing until it has credentials. A window that ends before it starts is `window_inverted`. `schedule`, `max_uses` and
         *     `expires_after_first_use_s` are kept by the lock itself, with or without a network, for each door apart; tokens, SMS codes and PINs can keep them, offline codes cannot.
         */
        post: operations["create_access_grant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/access-grants/{grant_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                grant_id: components["parameters"]["grant_id"];
            };
            cookie?: never;
        };
        /** One access grant */
        get: operations["get_access_grant"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change it in place
         * @description A day longer, another door, other times. What is not named stays; `null` takes a thing away (`to`: no end; `schedule`: at any time; `schedule_id`: it keeps the times that it has and follows nobody). `door_ids` are
         *     all of its doors from then on: what was issued at one that is not among them is revoked, at one that is new nothing is but the slots of the grant's phones (`doors_without_credentials`: issue something there). What
         *     changes nothing does nothing. A grant that is over is `ended`, and one that has begun keeps its `from` (`already_begun`).
         *
         *     Tokens, SMS codes, PINs and phones follow. Their lock goes by the old rules until it has acknowledged the new ones (`old_rules_hold` of the credential, which `last_possible_use` allows for), so a window that
         *     gets shorter is a revocation with that bound. An offline code has its window in its digits: when the grant gets longer it stays as it is and is listed in `codes_left` (issue another one for the rest), and a change
         *     that it would outlive is refused as `code_keeps_window` (schedules and numbers of uses: `kind_cannot_keep_rule`) with the code's id; revoke it first. A number of uses where a lock has not counted so far is
         *     `not_counted_before`, one for several tokens of a door `credential_exists`. `schedules_full` and, where a phone finds no room at a new door, `slots_full`. A refused change changes nothing anywhere.
         *     Whoever was invited by e-mail is written to when window, doors or times are others.
         */
        patch: operations["update_access_grant"];
        trace?: never;
    };
    "/v1/access-grants/{grant_id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                grant_id: components["parameters"]["grant_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a grant and its credentials
         * @description May be repeated.
         */
        post: operations["revoke_access_grant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/access-grants/{grant_id}/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                grant_id: components["parameters"]["grant_id"];
            };
            cookie?: never;
        };
        /** Credentials of a grant, oldest first */
        get: operations["list_credentials"];
        put?: never;
        /**
         * Turn a grant into something to open one door with
         * @description `token` takes one of the lock's slots; its code changes every 30 s. With `fixed` the key goes once, as `otpauth_uri`, into an authenticator
         *     app, and works until the lock hears of its end. `sms` takes a slot too; each code is sent when it is needed. `offline` is a code that the lock
         *     checks without having heard of it, good for exactly `window`, which covers the one asked for; only for protected locks
         *     (`lock_unprotected`). `pin` takes a slot of a protected lock, too: a number that stays the same until the grant ends. The person or you choose it (`pin`), or
         *     the platform makes one and shows it once (`code`); nobody can show it again. A PIN that is too easy to guess is `pin_weak`, one that is not to be had
         *     at this door `pin_taken`: choose another one or leave it out. More than 32 choices a door within 24 hours are `pin_choices_spent`, and nearly every number given out `pins_full`.
         *     When the slots are taken the answer is `slots_full`: issue an offline code, or end a token or a PIN. No free offline
         *     code for the window is `codes_full`: a longer or a later window has some. A grant with a schedule or a number of uses is kept by tokens, SMS codes and PINs
         *     only (`kind_cannot_keep_rule`); one that counts has one of them for each door (`credential_exists`). A lock holds 8 different schedules (`schedules_full`).
         */
        post: operations["create_credential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Schedules, oldest first */
        get: operations["list_schedules"];
        put?: never;
        /**
         * Make a schedule
         * @description Times that many access grants follow (`schedule_id` of a grant), by a name. The dates of its calendars are holidays of it.
         */
        post: operations["create_schedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{schedule_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                schedule_id: components["parameters"]["schedule_id"];
            };
            cookie?: never;
        };
        /** One schedule */
        get: operations["get_schedule"];
        put?: never;
        post?: never;
        /**
         * Delete it
         * @description `schedule_in_use` with who follows it, while anybody does.
         */
        delete: operations["delete_schedule"];
        options?: never;
        head?: never;
        /**
         * Change it, and with it all that follow it
         * @description Goes to every lock that holds a slot of a grant that follows it; `locks` and `/locks` tell how far that is. When a lock would hold a ninth schedule by it, nothing changes anywhere and the answer is `schedules_full`.
         *     Persons who were invited to such a grant by e-mail are written to when its times are others by it.
         */
        patch: operations["update_schedule"];
        trace?: never;
    };
    "/v1/schedules/{schedule_id}/locks": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                schedule_id: components["parameters"]["schedule_id"];
            };
            cookie?: never;
        };
        /**
         * Where it has arrived
         * @description The locks that hold slots of grants which follow it, and whether they have acknowledged its newest form.
         */
        get: operations["list_schedule_locks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/calendars": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Calendars, oldest first */
        get: operations["list_calendars"];
        put?: never;
        /**
         * Make a calendar
         * @description Holidays that many schedules follow.
         */
        post: operations["create_calendar"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/calendars/{calendar_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                calendar_id: components["parameters"]["calendar_id"];
            };
            cookie?: never;
        };
        /** One calendar */
        get: operations["get_calendar"];
        put?: never;
        post?: never;
        /**
         * Delete it
         * @description `calendar_in_use` with the schedules that follow it, while any does.
         */
        delete: operations["delete_calendar"];
        options?: never;
        head?: never;
        /**
         * Change it, and with it all that follow it
         * @description Changes every schedule that follows it, as if each were changed.
         */
        patch: operations["update_calendar"];
        trace?: never;
    };
    "/v1/access-grants/{grant_id}/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                grant_id: components["parameters"]["grant_id"];
            };
            cookie?: never;
        };
        /** Invitations to a grant, oldest first */
        get: operations["list_grant_invitations"];
        put?: never;
        /**
         * Invite the grant's person, by a link that brings its keys to their phone
         * @description By `email` the link goes to the person alone; as a `link` it is in the answer, once, for whoever hands it over. It is good for `phones_max` phones within 24 hours of the
         *     first, and until it expires: three days unless said otherwise, never past the end of the grant. Looking at the link uses nothing up (spec/phone.md). `no_email`: the person has
         *     no address; `no_public_url`: the platform does not know its own.
         */
        post: operations["create_grant_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/access-grants/{grant_id}/phones": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                grant_id: components["parameters"]["grant_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a grant to phones that its person has already
         * @description Without a new invitation: each of them fetches its keys with its next schedule. All phones of the person that have not ended, unless `phone_ids` names some. A door that has no
         *     room for a phone's slot yet says why, and is tried again with each schedule. A grant that counts has one slot for each door, and so one phone (`credential_exists`). `no_phones`: the
         *     person has none, invite them; `phone_ended`: one that is named has ended. May be repeated.
         */
        post: operations["grant_to_phones"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/invitations/{invitation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                invitation_id: components["parameters"]["invitation_id"];
            };
            cookie?: never;
        };
        /** One invitation to a grant */
        get: operations["get_grant_invitation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/invitations/{invitation_id}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                invitation_id: components["parameters"]["invitation_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send an invitation anew
         * @description With another link, good for three days; the old one is worth nothing from then on. By mail again if it was mailed. One that was cancelled or used up is `ended`.
         */
        post: operations["resend_grant_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/invitations/{invitation_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                invitation_id: components["parameters"]["invitation_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an invitation
         * @description Nothing claims it any more, and a mail that waits is withdrawn. Phones that claimed it stay: end those by themselves. May be repeated.
         */
        post: operations["cancel_grant_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/invitations/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What an invitation is to, for whoever holds its link
         * @description Uses nothing up. A token that claims nothing is `invitation_not_found`, whatever the reason.
         */
        post: operations["open_grant_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/invitations/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Become a phone of the person who was invited
         * @description The phone and the platform agree their keys (spec/phone.md §2). A door that has no room for the phone's slot yet says why; the phone gets it with a later schedule.
         */
        post: operations["claim_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/homes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a lock of one's own, without an operator
         * @description For somebody with a lock, a phone and nobody who would invite them; only where the platform offers it (`homes` of `GET /v1/health`), `homes_off` elsewhere. Whoever shows the label gets a workspace of their own with
         *     this one door, a grant to it without end, and the token of an invitation, which a phone claims as any other (`POST /v1/invitations/claim`). Then press the inside button of the lock: once it has its keys, the phone
         *     gets its own with the next schedule. With `email`, whoever reads it is invited as owner, for the console. A lock that is claimed or active, in whatever workspace, is `lock_claimed`.
         *     The same `attempt` again, with the same label, answers another token for the same home, and the one before is worth nothing. A home whose lock has not come to life within its day is deleted, with all that is in it,
         *     unless it has an owner by then.
         */
        post: operations["create_home"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/invitations/pin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose a PIN for a door that one was invited to
         * @description With the token of a link that lets its holder do so (`pin` of the invitation), as long as the link is good; one for each door (`credential_exists`). Without `pin` the platform makes one and shows it once. The lock
         *     takes it once it has heard of it, and not before the grant begins. A link that brings no PINs is `invitation_not_found`.
         */
        post: operations["choose_pin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/phones/schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The keys of a phone's own slots for the next hours, sealed for it
         * @description `phone_refused` for a mac that is not the phone's, also when there is no such phone; `phone_clock` for a moment that is over five minutes off, or not later than the last one;
         *     `phone_ended`: erase the keys.
         */
        post: operations["fetch_schedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/phones/leases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Leases of a phone's virtual keys, sealed for it
         * @description With them the phone opens its doors without a network (spec/grant.md), for as long as the workspace has set (`lease_s`), and fetches the next ones when half of that has passed. The first public key that a phone shows is its own
         *     for good; another one is `other_key`. Refused as `POST /v1/phones/schedule`.
         */
        post: operations["fetch_leases"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/phones/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a phone has keys for, and what it may do with them now
         * @description An order that the phone signs (spec/phone.md §5), as all of those below: `Cardea-Phone-Mac` is over the path and the exact bytes of the body. `at` is later than that of any request of this phone that was answered, of whatever kind; who
         *     asks more than once in a second names seconds to come, 300 at most. Refused as `POST /v1/phones/schedule`. `credential_id` is the entry of the schedule and of the leases that belongs to a key.
         */
        post: operations["list_phone_keys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/phones/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open a door from afar, as its key would
         * @description Judged by the phone's own key at that door, in the zone of the door, and only where the workspace allows it (`phone_unlock`). Waits for the lock's own word, a few seconds: `opened` and `refused` are what it said, or what kept it from
         *     being asked; `did_not_answer` is that nothing was heard, and then it may still open. `attempt` is new for each tap. The same one again is not made again and answers how far it is, at once: `sent` while the lock is asked; so does another tap
         *     at the same door while one is on its way, or within five seconds. `opened_at` is by the lock's own clock, once its record has come. `door_not_found` for a door of none of its grants. Ten attempts a minute.
         */
        post: operations["unlock_by_phone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/phones/shares": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Share a key for a time
         * @description A grant of the guest's own, within a grant of this phone that may be shared (`may_share`), at doors of it, until its end at most, with its times; `shares_max` at a time for each person and `share_s_max` seconds long at most, as the workspace has
         *     it. With `email` the link is mailed; otherwise it is in the answer, once, to be handed over. `not_shareable`: none of the phone's keys may be shared for all of these doors then; `shares_spent`: as many as one may have. The guest's key cannot be
         *     shared on. When the giver's grant ends, is shortened, loses a door or may not be shared any more, the share follows in the same commit.
         */
        post: operations["share_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/phones/shares/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keys that one shares
         * @description Those of the phone's person, from whichever phone, the newest first: all that go on, and what ended within 30 days.
         */
        post: operations["list_shares"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/phones/shares/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a share
         * @description Each of its keys is `ending` until its lock has acknowledged it, and `last_possible_use` says how long it may still open. May be repeated. `share_not_found` for what is none of this person's.
         */
        post: operations["end_share"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/phones/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Who came in
         * @description At doors of one's own (`own_door_ids` of the grant) every opening that the lock has confirmed, by whomever; at every other door one's own openings alone. None from before one's grant began. The newest first, 50 at a time; `next` is the `before` of the
         *     next ones. `door_not_found` for a door that none of this phone's keys opens now.
         */
        post: operations["list_phone_events"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/phones/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A link for one more phone of the same person
         * @description To be claimed by the new phone (`POST /v1/invitations/claim`) within a quarter of an hour, once. It gets slots of its own for every grant that this phone has. `ended`: none of them goes on.
         */
        post: operations["link_phone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/phones/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a phone of the same person
         * @description This one too. With `lost` as `POST /v1/phones/{phone_id}/lost` does it: open invitations of the person are cancelled, and what was shared on that phone ends. May be repeated. `phone_not_found` for a phone of somebody else.
         */
        post: operations["end_own_phone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/persons/{person_id}/phones": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person_id: components["parameters"]["person_id"];
            };
            cookie?: never;
        };
        /** Phones of a person, oldest first, also those that have ended */
        get: operations["list_phones"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/persons/{person_id}/phones/lost": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person_id: components["parameters"]["person_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Every phone of a person is lost
         * @description All that `POST /v1/phones/{phone_id}/lost` does, for each of them.
         */
        post: operations["lose_phones"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/phones/{phone_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                phone_id: components["parameters"]["phone_id"];
            };
            cookie?: never;
        };
        /** One phone */
        get: operations["get_phone"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/phones/{phone_id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                phone_id: components["parameters"]["phone_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a phone
         * @description It gets no schedule any more, and its credentials are revoked: each is `ending` until its lock has acknowledged it, and `last_possible_use` says how long the keys that it was
         *     given may still open. May be repeated.
         */
        post: operations["revoke_phone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/phones/{phone_id}/lost": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                phone_id: components["parameters"]["phone_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A phone is lost
         * @description Ends it, and cancels every open invitation of the person: the mail may be on it too. May be repeated.
         */
        post: operations["lose_phone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/invitation/{language}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                language: components["schemas"]["Language"];
            };
            cookie?: never;
        };
        /**
         * What stands behind an invitation's link until the phone app does
         * @description The token follows the # of the link and is never sent; a GET or HEAD changes nothing, and its query is not looked at.
         */
        get: operations["get_invitation_page"];
        put?: never;
        /**
         * What the page's own form sends to choose a PIN
         * @description For people without the app: it does what `/v1/invitations/open` and `/v1/invitations/pin` do, under the same charges, and answers with a page. Programs use those. The browser keeps what follows the # of a link, so the
         *     person pastes it (`invitation`, the token or the whole link); the answer has a form for each door. What is wrong is said beside its field.
         */
        post: operations["use_invitation_page"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Credentials of all grants, newest first
         * @description Service codes too, which are no person's.
         */
        get: operations["list_all_credentials"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credentials/{credential_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                credential_id: components["parameters"]["credential_id"];
            };
            cookie?: never;
        };
        /** One credential */
        get: operations["get_credential"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credentials/{credential_id}/code": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                credential_id: components["parameters"]["credential_id"];
            };
            cookie?: never;
        };
        /**
         * The code that a token shows now
         * @description Only for tokens: any other kind is `no_current_code`. Before and after the grant's window it is `outside_window`, and `ended` once the credential has ended.
         */
        get: operations["get_code"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credentials/{credential_id}/send": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                credential_id: components["parameters"]["credential_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a code to the person
         * @description Only for `sms` credentials (`not_sms`), by the channel that is named, or else by SMS to whoever has a phone number and by e-mail to whoever has an address
         *     alone (`no_phone`, `no_email`). The code ends 2.5 to 5 minutes later. A second one within the same 150 s is the same code.
         */
        post: operations["send_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credentials/{credential_id}/reveal": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                credential_id: components["parameters"]["credential_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an offline code again that was issued before
         * @description Leaves the event `credential.revealed`. Any other kind is `no_stored_code`.
         */
        post: operations["reveal_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credentials/{credential_id}/pin": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                credential_id: components["parameters"]["credential_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a PIN's credential another PIN
         * @description `pin` as the person chose it, or without it one that the platform makes and shows once (`code`). The lock takes the old one until it has the new one (`old_pin_opens`), and from that
         *     moment the new one alone: never neither, never both. It goes on counting uses. Refused as a new PIN is: `pin_weak`, `pin_taken`, `pin_choices_spent`, `pins_full`. Any other kind is
         *     `not_pin`. Leaves the event `credential.pin_changed`.
         */
        post: operations["change_pin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credentials/{credential_id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                credential_id: components["parameters"]["credential_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End one credential
         * @description May be repeated. It is `ending` until the lock has acknowledged it; `last_possible_use` says how long it may still open until then. An offline code
         *     ends by its own end, by a clear code typed at the lock, or when its code epoch is raised.
         */
        post: operations["revoke_credential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/outbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Messages to persons, newest first, without their text */
        get: operations["list_outbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/outbox/{message_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: components["parameters"]["message_id"];
            };
            cookie?: never;
        };
        /**
         * One message with its text, until it was sent or expires
         * @description The text of a message to an operator, or of one that holds a link for its recipient alone, is null for everybody.
         */
        get: operations["get_outbox_message"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/outbox/{message_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: components["parameters"]["message_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a message now, also one that had failed
         * @description One that was sent is `message_sent`; one that has expired or was withdrawn has no text any more, `message_expired`.
         */
        post: operations["retry_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened, newest first
         * @description With `after` it runs the other way, oldest first from that position on, for whoever follows the log.
         */
        get: operations["list_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens, as it happens
         * @description Server-sent events, oldest first: `id` is the position, `data` the event as in the list. It begins after `after`, or after the header `Last-Event-ID`, which wins, or
         *     with what happens from now on; then it goes on without end. Come back with the last id after it broke off, and nothing is missing and nothing comes
         *     twice. Every 15 s without an event comes an id alone: the position up to which nothing else passed the filter. Who does not read for
         *     30 s is cut off; so is, within a second, who would not be let in any more.
         */
        get: operations["stream_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{event_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                event_id: components["parameters"]["event_id"];
            };
            cookie?: never;
        };
        /** One event, with what its leaf is made of */
        get: operations["get_event"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{event_id}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                event_id: components["parameters"]["event_id"];
            };
            cookie?: never;
        };
        /** Why the lock refused, check by check */
        get: operations["explain_event"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Webhooks, oldest first */
        get: operations["list_webhooks"];
        put?: never;
        /**
         * Have events sent to an address
         * @description As webhook.md says: signed, in the order of the log, retried for 72 hours. `secret` is in this answer and nowhere else. Only public addresses, https, port 443 or 8443. It
         *     begins with what happens from now on, or after `after`. A workspace has at most 20 (`webhooks_full`).
         */
        post: operations["create_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: components["parameters"]["webhook_id"];
            };
            cookie?: never;
        };
        /** One webhook, and how far it has come */
        get: operations["get_webhook"];
        put?: never;
        post?: never;
        /** Send it nothing more */
        delete: operations["delete_webhook"];
        options?: never;
        head?: never;
        /**
         * Change it, activate it again, or replay from a position
         * @description The next attempt is due at once. `after` sets the position; it goes on from there.
         */
        patch: operations["update_webhook"];
        trace?: never;
    };
    "/v1/webhooks/{webhook_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: components["parameters"]["webhook_id"];
            };
            cookie?: never;
        };
        /**
         * What it was sent lately, newest first
         * @description The newest 200. A delivery that failed and is tried again stays one, with its attempts counted, and takes in the events that happen meanwhile. To have one sent again, with all
         *     that came after it, set the webhook's position before it: `PATCH` with `after`, one less than its `first_position`.
         */
        get: operations["list_webhook_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook_id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: components["parameters"]["webhook_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign with a new secret
         * @description The secret before signs too for 24 hours, so that the receiver can change over.
         */
        post: operations["rotate_webhook_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What somebody must hear of now, newest first */
        get: operations["list_alerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/{alert_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alert_id: components["parameters"]["alert_id"];
            };
            cookie?: never;
        };
        /** One alert */
        get: operations["get_alert"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/{alert_id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alert_id: components["parameters"]["alert_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that somebody sees to it
         * @description Nobody else is told any more. An alert that tells of a moment (guessing, lost records) is closed by it; a forced door or an open cover when the lock has said that it is over;
         *     any other closes by itself. Acknowledged once, it keeps who was first. Alerts against insiders are the owners' alone. `alert_closed`: it is closed already.
         */
        post: operations["acknowledge_alert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/{alert_id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alert_id: components["parameters"]["alert_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close it, whatever its lock says
         * @description What happens next is a new alert. Closing one that is closed changes nothing.
         */
        post: operations["close_alert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alert-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What becomes an alert, oldest rule first */
        get: operations["list_alert_rules"];
        put?: never;
        /**
         * One more rule
         * @description Every workspace begins with one rule of each type. Another one is for some places, or other people. What is left out is as in the first. A workspace has at most 200 (`rules_full`); of a guard
         *     there is one (`rule_is_guard`).
         */
        post: operations["create_alert_rule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alert-rules/{rule_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                rule_id: components["parameters"]["rule_id"];
            };
            cookie?: never;
        };
        /** One rule */
        get: operations["get_alert_rule"];
        put?: never;
        post?: never;
        /**
         * No alert of this rule any more
         * @description Its alerts stay. The owners are told of it.
         */
        delete: operations["delete_alert_rule"];
        options?: never;
        head?: never;
        /**
         * Change it from the next event on
         * @description Alerts that are open go on as they were. The owners are told of it. `rule_is_guard` for a guard that would be switched off, narrowed, or kept from the owners.
         */
        patch: operations["update_alert_rule"];
        trace?: never;
    };
    "/v1/firmware-makers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whose firmware images are taken, oldest first */
        get: operations["list_firmware_makers"];
        put?: never;
        /**
         * Take images that are signed with this key
         * @description The platform checks images when they are uploaded, so that a mistake shows before it reaches a lock. A lock believes the keys that its maker built in, and nothing that is said here. At most 20 (`makers_full`).
         */
        post: operations["add_firmware_maker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/firmware-makers/{maker_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                maker_id: components["parameters"]["maker_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take no more images of this key */
        delete: operations["remove_firmware_maker"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/lock-batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Batches of locks that makers vouch for, oldest first */
        get: operations["list_lock_batches"];
        put?: never;
        /**
         * Take in a maker's signed list of locks
         * @description The file of factory.md §1, signed by one of the workspace's makers (`maker_unknown`: add its key under `/v1/firmware-makers` first, if you trust it). From then on a lock of the list is given keys only if it is the device that its maker made:
         *     a copied label in another one gets nothing, and leaves `lock.identity_refused`. `batch_malformed`; `batch_contradicts` when a lock is in another batch; at most 100 (`batches_full`).
         */
        post: operations["add_lock_batch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/lock-batches/{batch_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                batch_id: components["parameters"]["batch_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Forget a batch
         * @description Its locks are nobody's word any more. Those that are active stay so.
         */
        delete: operations["remove_lock_batch"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/firmware-images": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Firmware images, oldest first */
        get: operations["list_firmware_images"];
        put?: never;
        /**
         * Upload a signed firmware image
         * @description The container of update.md §1, as `imgtool` writes it, without padding; at most 4 MiB. `image_malformed`, `image_unsupported` (encrypted), `image_corrupt` (the bytes are not those that were signed), `image_forged`, or
         *     `maker_unknown` when none of the workspace's makers signed it. A workspace keeps at most 100 (`images_full`).
         */
        post: operations["upload_firmware_image"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/firmware-images/{image_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image_id: components["parameters"]["image_id"];
            };
            cookie?: never;
        };
        /** One image */
        get: operations["get_firmware_image"];
        put?: never;
        post?: never;
        /**
         * Forget an image that no campaign has
         * @description `image_in_use` when a campaign has it.
         */
        delete: operations["delete_firmware_image"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/firmware-campaigns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Firmware campaigns, oldest first */
        get: operations["list_firmware_campaigns"];
        put?: never;
        /**
         * Bring an image to locks, ring by ring
         * @description Its locks are the active ones that it names, those of the sites, or all that the caller sees; sandbox locks have no firmware. A lock that becomes active later is in none. A ring begins when the one before is done and has soaked; it is done when
         *     each of its locks has confirmed or failed, or after `patience_s`: a lock that is out of reach holds nobody up, and gets the image when it comes back. One that had the whole image by then and says nothing more has failed (`silent`). When more of a
         *     ring's locks fail than it may, or none has confirmed after its patience, the campaign halts by itself. `no_locks`, `too_many_locks` (10,000), `lock_in_campaign` when it starts and another one has a lock of it.
         */
        post: operations["create_firmware_campaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/firmware-campaigns/{campaign_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: components["parameters"]["campaign_id"];
            };
            cookie?: never;
        };
        /**
         * One campaign, and how far it has come
         * @description Counts are of the locks that the caller sees.
         */
        get: operations["get_firmware_campaign"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/firmware-campaigns/{campaign_id}/locks": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: components["parameters"]["campaign_id"];
            };
            cookie?: never;
        };
        /** How far the image has come at each lock */
        get: operations["list_firmware_campaign_locks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/firmware-campaigns/{campaign_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: components["parameters"]["campaign_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Offer nothing more for now
         * @description A lock keeps what has arrived. `campaign_not_running`.
         */
        post: operations["pause_firmware_campaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/firmware-campaigns/{campaign_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: components["parameters"]["campaign_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a draft, or go on
         * @description After a halt, the failures so far are forgiven: look at them first. The patience of the ring begins anew. `campaign_running`, `campaign_over`, `lock_in_campaign`.
         */
        post: operations["resume_firmware_campaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/firmware-campaigns/{campaign_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: components["parameters"]["campaign_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End it
         * @description For good. What a lock runs it goes on running. `campaign_over`.
         */
        post: operations["cancel_firmware_campaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** API keys, oldest first, without their text */
        get: operations["list_api_keys"];
        put?: never;
        /**
         * Make an API key
         * @description The text of the key is in this answer and nowhere else. A key gives away no permission that it does not have itself (`forbidden`), and one that is limited makes no other.
         */
        post: operations["create_api_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{api_key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                api_key_id: components["parameters"]["api_key_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End an API key at once
         * @description The last key that may make keys stays (`last_key`), unless an owner can sign in.
         */
        delete: operations["revoke_api_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who may use the console, oldest first, also those who no longer may */
        get: operations["list_operators"];
        put?: never;
        /**
         * Invite somebody to use the console
         * @description The invitation goes to the e-mail address, and stands in this answer and nowhere else, for who hands it over in person. Nobody
         *     gives a role that holds more than they have themselves (`forbidden`).
         */
        post: operations["create_operator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operators/{operator_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                operator_id: components["parameters"]["operator_id"];
            };
            cookie?: never;
        };
        /** One operator */
        get: operations["get_operator"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Rename an operator, or change the role or the scope
         * @description Works at once, in sessions that are open too. Neither the old role nor the new one may hold more than the caller has (`forbidden`), and the last
         *     owner who can sign in stays one (`last_owner`). Owners have no scope (null): who is to be one is freed of theirs in the same request.
         */
        patch: operations["update_operator"];
        trace?: never;
    };
    "/v1/operators/{operator_id}/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                operator_id: components["parameters"]["operator_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Invite again, with a new invitation in place of the old one */
        post: operations["renew_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operators/{operator_id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                operator_id: components["parameters"]["operator_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take the console away from somebody, at once
         * @description Sessions end, password and second factor are erased. Keys that the operator made stay; `created_by` names them. The last owner who
         *     can sign in stays (`last_owner`).
         */
        post: operations["end_operator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operators/{operator_id}/end-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                operator_id: components["parameters"]["operator_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign somebody out everywhere */
        post: operations["end_sessions_of_operator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operators/{operator_id}/recovery": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                operator_id: components["parameters"]["operator_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a recovery that somebody asked for
         * @description Without one it is `recovery_not_found`.
         */
        delete: operations["cancel_recovery"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operators/{operator_id}/recovery/approve": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                operator_id: components["parameters"]["operator_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Vouch for an operator who lost password and second factor
         * @description After this the link of the first mail is enough, and the second factor is removed with it. Ask the person, not the mail. Nobody vouches
         *     for themselves (`own_recovery`).
         */
        post: operations["approve_recovery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Become an operator, with an invitation and a password
         * @description An invitation that is unknown, used or expired is `invitation_not_found`. A weak password leaves it good.
         */
        post: operations["accept_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My sessions, newest first: from where, and when last seen */
        get: operations["list_sessions"];
        put?: never;
        /**
         * Sign in
         * @description Nobody hears whether an account exists: `sign_in_refused` (401) is the answer to an unknown address and to a wrong password. To whoever knows the
         *     password of an account with a second factor, `second_factor_required` (401) says that `code` is missing, and `second_factor_refused` (403) that it is wrong or was used.
         *     With `cookie` the session is set as a cookie of this host and `token` is null; a request with the cookie that is not a `GET` must carry an
         *     `Origin` of this host (`origin_refused`). Signing in ends a recovery that is under way.
         */
        post: operations["sign_in"];
        /** Sign out everywhere, here too */
        delete: operations["end_all_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: components["parameters"]["session_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of my sessions */
        delete: operations["end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who I am, and what I may do */
        get: operations["get_account"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change my password
         * @description Ends my other sessions. A wrong one is `password_refused`.
         */
        post: operations["change_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to use an authenticator app as second factor
         * @description Nothing changes until a code of the app confirms it.
         */
        post: operations["begin_totp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/totp/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm the authenticator app with a code
         * @description From now on signing in takes a code. Ends my other sessions.
         */
        post: operations["confirm_totp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/totp/remove": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop using a second factor
         * @description Ends my other sessions.
         */
        post: operations["remove_totp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/totp/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make new recovery codes
         * @description For who used theirs up or lost them and still has the app, which stays as it is. Those before are worth nothing from then on. Takes what removing the second
         *     factor takes: whoever has new codes does not need the app. Ends my other sessions.
         */
        post: operations["renew_recovery_codes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/recovery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a recovery that I did not ask for
         * @description Without one it is `recovery_not_found`.
         */
        delete: operations["cancel_own_recovery"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My passkeys, oldest first */
        get: operations["list_passkeys"];
        put?: never;
        /**
         * Register a passkey
         * @description With what the browser made of the challenge of `begin`; `passkey_refused` (400) says what is wrong with it.
         */
        post: operations["create_passkey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/passkeys/begin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to register a passkey
         * @description For the browser's `create()`, with `residentKey` and `userVerification` required, `alg` -7, and no attestation. The challenge is good once, for five minutes.
         *     The platform needs to know its public URL (`passkeys_unavailable`).
         */
        post: operations["begin_passkey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/passkeys/{passkey_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                passkey_id: components["parameters"]["passkey_id"];
            };
            cookie?: never;
        };
        /** One of my passkeys */
        get: operations["get_passkey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Give a passkey another name */
        patch: operations["update_passkey"];
        trace?: never;
    };
    "/v1/account/passkeys/{passkey_id}/remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                passkey_id: components["parameters"]["passkey_id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remove a passkey */
        post: operations["remove_passkey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/passkey-challenges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to sign in with a passkey
         * @description For the browser's `get()`. Good once, for five minutes.
         */
        post: operations["begin_passkey_sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with a passkey
         * @description It is worth password and second factor together. Everything that is wrong with it is `passkey_refused` (403).
         */
        post: operations["sign_in_with_passkey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/oidc-links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My accounts at OpenID Connect providers, oldest first */
        get: operations["list_oidc_links"];
        put?: never;
        /**
         * Link my account at the provider
         * @description With what the provider's page sent back to the redirect URI, and the handle of `begin`. From then on that account signs this operator in.
         */
        post: operations["create_oidc_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/oidc-links/begin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to link my account at the provider
         * @description Send the browser to `authorization_url`, and keep `handle`: what the provider sends back is worth something only together with it, once, for ten minutes.
         */
        post: operations["begin_oidc_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/oidc-links/remove": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Remove a link with a provider
         * @description Needs the password: an account that has none (it was accepted at the provider) keeps its link, which is its only way in.
         */
        post: operations["remove_oidc_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/oidc-sign-ins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to sign in at the provider
         * @description Send the browser to `authorization_url`, and keep `handle`: what the provider sends back is worth something only together with it, once, for ten minutes.
         *     With `invitation` the invitation is accepted so, without a password, and linked with whoever signs in there.
         */
        post: operations["begin_oidc_sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/oidc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in as whoever came back from the provider
         * @description It is worth the password, and no more: an account with a second factor hears `second_factor_required` (401), and sends the same again with `second_factor`.
         *     `oidc_refused` (403): begin again. `oidc_not_linked` (403): the provider knows who this is, and no operator here is linked with that account.
         */
        post: operations["sign_in_with_oidc"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/recoveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask to get back into an account
         * @description The answer is the same for every address. A mail brings a link that is good with the second factor, or once somebody who may change operators has
         *     approved; to an account without a second factor a second mail brings one that is good alone, two days later. All owners are told, and any of them and the
         *     operator can end it.
         */
        post: operations["ask_recovery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/recoveries/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose a new password with a link from the mail
         * @description All sessions end. `recovery_waits` (403): this link is not enough yet.
         */
        post: operations["complete_recovery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        WorkspaceId: string;
        SiteId: string;
        DoorId: string;
        LockId: string;
        PersonId: string;
        GrantId: string;
        CredentialId: string;
        MessageId: string;
        InvitationId: string;
        PhoneId: string;
        EventId: string;
        ScheduleId: string;
        MaybeScheduleId: string | null;
        CalendarId: string;
        WebhookId: string;
        ApiKeyId: string;
        MaybeLockId: string | null;
        MaybeGrantId: string | null;
        MaybePersonId: string | null;
        OperatorId: string;
        PasskeyId: string;
        /** @description Bytes in base64url without padding (RFC 4648 §5). */
        Base64url: string;
        SessionId: string;
        MaybeCredentialId: string | null;
        MaybeOperatorId: string | null;
        /** Format: date-time */
        Instant: string;
        /** Format: date-time */
        MaybeInstant: string | null;
        Name: string;
        /** @description The caller's own name for it, unique in the workspace for its kind of thing. */
        ExternalId: string;
        MaybeExternalId: string | null;
        /** @description E.164: +41791234567. */
        PhoneNumber: string;
        /** @description The cursor of the next page; null at the end. */
        Next: string | null;
        /** @description An IANA zone of the system's list: Europe/Zurich. */
        Zone: string;
        /** @enum {string} */
        LockClass: "protected" | "unprotected";
        /** @enum {string} */
        Permission: "workspace:read" | "workspace:write" | "keys:read" | "keys:write" | "sites:read" | "sites:write" | "doors:read" | "doors:write" | "locks:read" | "locks:write" | "locks:activate" | "locks:unlock" | "locks:release" | "persons:read" | "persons:write" | "grants:read" | "grants:write" | "credentials:read" | "credentials:issue" | "codes:reveal" | "outbox:read" | "outbox:write" | "events:read" | "operators:read" | "operators:write" | "webhooks:read" | "webhooks:write" | "alerts:read" | "alerts:write" | "alert-rules:write" | "firmware:read" | "firmware:write" | "campaigns:write";
        /**
         * @description A set of permissions with a name.
         * @enum {string}
         */
        Role: "owner" | "manager" | "installer" | "auditor" | "support";
        Problem: {
            /** @description urn:cardea:problem:CODE */
            type: string;
            title: string;
            status: number;
            /** @description Stable; scripts look at this. */
            code: string;
            /** @description What is wrong and what to do next. */
            detail: string;
            /** @description With `already_exists`: what is there. */
            existing_id?: string;
            errors?: {
                /** @description JSON pointer into the body, or the name of a parameter. */
                pointer: string;
                detail: string;
            }[];
        };
        Health: {
            /** @enum {string} */
            status: "ok";
            version: string;
            /** @description Whether somebody with a lock and no operator may add it (`POST /v1/homes`). */
            homes: boolean;
            certificate_ends_at?: components["schemas"]["MaybeInstant"];
        };
        GuessBound: {
            /** @description Codes that would open at one moment, issued or not: D of codes.md §4. */
            accepted: number;
            per_guess: number;
            per_day: number;
        };
        /** @description The chance at most that guessing opens the door; the whole bound is at `/v1/locks/{lock_id}/bound`. */
        BoundInBrief: {
            per_guess: number;
            per_day: number;
        };
        CodePolicy: {
            /** @description Digits of one-time codes. */
            otp_digits: number;
            /** @description Digits of offline codes. 12 for a door to the street. */
            code_digits: number;
            /** @description Digits of PINs, none of the other two: the length of what is typed says what it is. */
            pin_digits: number;
            /** @description An offline code must be used first within this. */
            activation_window_s: number;
            /** @description Of a protected lock with 32 slots, SMS codes at all of them or PINs at all of them, whichever is worse. */
            bound: components["schemas"]["BoundInBrief"];
        };
        Workspace: {
            id: components["schemas"]["WorkspaceId"];
            name: components["schemas"]["Name"];
            code_policy: components["schemas"]["CodePolicy"];
            /** @description Hours of keys that an unprotected lock is given: so long a stolen one opens. */
            schedule_hours: number;
            /** @description How long a phone's virtual key is good without the platform: so long it may open at a lock that has not heard of its revocation. */
            lease_s: number;
            /** @description Whether people open doors from afar with their phones, while their own keys open them. On at first. */
            phone_unlock: boolean;
            /** @description How many keys one person may share at a time, where their grant lets them (`may_share`). 5 at first; 0: none. Shares that go on stay. */
            shares_max: number;
            /** @description How long a key may be shared. 14 days at first. */
            share_s_max: number;
            language: components["schemas"]["Language"];
            /** @description Whether an e-mail address that the OpenID Connect provider has verified is enough to sign in as the operator of that address, the first time. Off at first: allow it only where the provider gives nobody an address of somebody else. */
            oidc_link_by_email: boolean;
        };
        WorkspaceUpdate: {
            name?: components["schemas"]["Name"];
            code_policy?: {
                otp_digits?: number;
                code_digits?: number;
                pin_digits?: number;
                activation_window_s?: number;
            };
            schedule_hours?: number;
            lease_s?: number;
            phone_unlock?: boolean;
            shares_max?: number;
            share_s_max?: number;
            language?: components["schemas"]["Language"];
            oidc_link_by_email?: boolean;
        };
        Site: {
            id: components["schemas"]["SiteId"];
            name: components["schemas"]["Name"];
            created_at: components["schemas"]["Instant"];
        };
        SiteCreate: {
            name: components["schemas"]["Name"];
        };
        SiteUpdate: {
            name: components["schemas"]["Name"];
        };
        SitePage: {
            items: components["schemas"]["Site"][];
            next: components["schemas"]["Next"];
        };
        Door: {
            id: components["schemas"]["DoorId"];
            site_id: components["schemas"]["SiteId"];
            name: components["schemas"]["Name"];
            zone: components["schemas"]["Zone"];
            /** @description Its lock, claimed or active. */
            lock_id: components["schemas"]["MaybeLockId"];
            created_at: components["schemas"]["Instant"];
        };
        DoorCreate: {
            site_id: components["schemas"]["SiteId"];
            /** @description Unique within its site. */
            name: components["schemas"]["Name"];
            zone: components["schemas"]["Zone"];
        };
        DoorUpdate: {
            name?: components["schemas"]["Name"];
            zone?: components["schemas"]["Zone"];
        };
        DoorPage: {
            items: components["schemas"]["Door"][];
            next: components["schemas"]["Next"];
        };
        LockSettings: {
            otp_digits: number;
            code_digits: number;
            pin_digits: number;
            code_epoch: number;
            activation_window_s: number;
            /** @description No other way in: 100 failures make it wait a day each, never switch it off. */
            only_keypad: boolean;
            /** @description Open nothing rather than lose a record. */
            refuse_when_log_full: boolean;
            /** @description Most that one message may move a good clock forward. */
            time_step_max_s: number;
            open_ms: number;
            bound: components["schemas"]["BoundInBrief"];
        };
        LockSettingsUpdate: {
            otp_digits?: number;
            code_digits?: number;
            pin_digits?: number;
            activation_window_s?: number;
            only_keypad?: boolean;
            refuse_when_log_full?: boolean;
            time_step_max_s?: number;
            open_ms?: number;
            /** @description true: every offline code of the lock ends when it applies this. */
            raise_code_epoch?: boolean;
        };
        Lock: {
            /** @description A lock without a device; see /v1/sandbox/locks. */
            sandbox: boolean;
            id: components["schemas"]["LockId"];
            door_id: components["schemas"]["DoorId"];
            /**
             * @description `claimed` waits for the lock to ask for its keys. `releasing` was asked to let go of its owner and has not been heard since: it may have. `released` belongs to nobody
             *     here, and `door_id` is where it was last; what was issued for it has ended, and its events stay. `written_off` is at no door either: its owner will not see it again.
             * @enum {string}
             */
            state: "claimed" | "active" | "releasing" | "released" | "written_off";
            /**
             * @description Known once the lock has asked, or was said with the claim.
             * @enum {string|null}
             */
            class: "protected" | "unprotected" | null;
            claimed_at: components["schemas"]["Instant"];
            /** @description Null once the lock was given its keys. */
            claim_expires_at: components["schemas"]["MaybeInstant"];
            activated_at: components["schemas"]["MaybeInstant"];
            released_at: components["schemas"]["MaybeInstant"];
            /** @description The public half of the lock's own key, a P-256 point as X and Y: what its owner may compare at the lock. Null until the lock has asked. */
            identity: string | null;
            /** @description Whether a maker's batch says that this identity is this lock's (see /v1/lock-batches). False also for a lock of no batch. */
            vouched: boolean;
            online: boolean;
            last_seen_at: components["schemas"]["MaybeInstant"];
            clock: null | {
                /** @enum {string} */
                quality: "synced" | "kept" | "coarse" | "lost";
                error_bound_s: number;
            };
            battery_percent: number | null;
            /** @enum {string} */
            door_state: "unknown" | "closed" | "open";
            firmware: string | null;
            slots: {
                used: number;
                /** @description Not to be used again before the lock has acknowledged their end. */
                ending: number;
                /** @description 0 until the lock has asked. */
                total: number;
            };
            keypad: null | {
                /** @description Of the last 30 days. */
                failures: number;
                /** @description Until the next entry is looked at, when the lock said so; 0 while it is off. */
                wait_s: number;
                off: boolean;
            };
            /** @description What the lock is to hold and what it says it holds. */
            desired: {
                version: number;
                applied_version: number;
                /** @description Why the lock refused the newest version: the name of a status. */
                refused: string | null;
            };
            settings: components["schemas"]["LockSettings"];
            /** @description What somebody should know or do. */
            advice: components["schemas"]["LockAdvice"][];
        };
        /**
         * @description - `nobodys`: it belongs to nobody here any more. Its last owner finds its label under its release.
         *     - `written_off`: the platform has no keys of it any more and hears nothing of it. Where it still stands, it may open for what was issued for it.
         *     - `release_unheard`: it is not known whether it has let go of its owner. Its inside button makes it say so.
         *     - `press_button`: it asks for its keys once its inside button is pressed, and is given them while its claim stands.
         *     - `unprotected`: whoever takes it apart opens its door until its schedule ends. It should not be the door's only lock.
         *     - `chain_broken`: its records contradict themselves, and nothing more of it is taken in until somebody has looked.
         *     - `settings_refused`: it refused its newest settings (see `desired.refused`); the old ones stand.
         *     - `clock_lost`: it does not know the time and refuses one-time codes. Bring it online, carry a file to it, or type a clock code.
         *     - `keypad_off`: its keypad is off after too many failures. Release it from here, or with a release code.
         *     - `battery_low`: less than a fifth is left.
         * @enum {string}
         */
        LockAdvice: "nobodys" | "written_off" | "release_unheard" | "press_button" | "unprotected" | "chain_broken" | "settings_refused" | "clock_lost" | "keypad_off" | "battery_low";
        LockClaim: {
            door_id: components["schemas"]["DoorId"];
            /** @description The text of its QR code, CARDEA1:…; blanks, hyphens and lower case do not matter. */
            label: string;
            /** @description If given, a lock of another class gets nothing. */
            class?: components["schemas"]["LockClass"];
        };
        LockPage: {
            items: components["schemas"]["Lock"][];
            next: components["schemas"]["Next"];
        };
        Bound: {
            attempts_per_day: number;
            per_guess: number;
            per_day: number;
            otp: components["schemas"]["GuessBound"];
            offline: null | {
                accepted: number;
                per_guess: number;
                per_day: number;
                families: {
                    timed: number;
                    exclusive: number;
                    once: number;
                    pool: number;
                    clear: number;
                    release: number;
                };
            };
            /** @description Of PINs that the platform made; none holds for those that people chose. Null: the lock has no PINs. */
            pin: {
                accepted: number;
                per_guess: number;
                per_day: number;
            } | null;
            /** @description What it was computed from. */
            policy: {
                otp_digits: number;
                /** @description Active slots, those that are ending too. */
                app_slots: number;
                sms_slots: number;
                /** @description Null: the lock has no offline codes. */
                code_digits: number | null;
                activation_window_s: number;
                /** @description Timed and exclusive codes that the lock remembers. */
                codes_in_use: number;
                /** @description Null: the lock has no PINs. */
                pin_digits: number | null;
                /** @description PINs, those that are ending too. */
                pin_slots: number;
            };
        };
        CommandResult: {
            /** @enum {string} */
            outcome: "done" | "refused";
            /** @description Why the lock refused. */
            reason: components["schemas"]["LockReason"] | null;
        };
        ReleaseResult: {
            /** @enum {string} */
            outcome: "done" | "refused";
            /** @description Why the lock refused. */
            reason: components["schemas"]["LockReason"] | null;
            /** @description What its next owner claims it by, as on a label (activation.md §1). A secret until then. */
            label: string | null;
        };
        Release: {
            /** @enum {string} */
            state: "releasing" | "released";
            /** @description Who asked for it. */
            by: string;
            released_at: components["schemas"]["MaybeInstant"];
            /** @description As in the answer to the release; null while nobody knows. */
            label: string | null;
        };
        ServiceCodeCreate: {
            /** @enum {string} */
            family: "clock" | "clear" | "release";
            /** @description With `clear`: the pool code to end, and nothing else. */
            credential_id?: components["schemas"]["CredentialId"];
        };
        SandboxLockCreate: {
            door_id: components["schemas"]["DoorId"];
        };
        SandboxEntry: {
            code: string;
        };
        SandboxVerdict: {
            /**
             * @description The last three of service codes, which open nothing.
             * @enum {string}
             */
            verdict: "granted" | "refused" | "cleared" | "released" | "clock_set";
            /** @description Why it was refused: codes.md §5. */
            reason: components["schemas"]["LockReason"] | null;
            /** @description Whose code it was, or which service code; null: nobody's. */
            credential_id: components["schemas"]["CredentialId"] | null;
            keypad: {
                /** @description Of the last 30 days. */
                failures: number;
                /** @description Until it looks at the next entry. */
                wait_s: number;
                /** @description Until a release code or `POST /v1/locks/{lock_id}/release-keypad`. */
                off: boolean;
            };
        };
        SandboxSimulation: {
            online?: boolean;
            /** @enum {string} */
            door?: "closed" | "open" | "forced" | "left_open";
            battery_percent?: number;
        };
        Bulk: {
            operations: {
                /** @description Of a `POST`: /v1/persons */
                path: string;
                /** @description As that `POST` takes it; left out where it takes none. */
                body?: {
                    [key: string]: unknown;
                };
            }[];
            /**
             * @description All or nothing.
             * @default false
             */
            atomic?: boolean;
        };
        BulkResults: {
            done: number;
            failed: number;
            /** @description One for each operation, in their order. */
            results: {
                status: number;
                /** @description The answer of that operation, or its problem. */
                body: {
                    [key: string]: unknown;
                };
            }[];
        };
        Person: {
            id: components["schemas"]["PersonId"];
            name: components["schemas"]["Name"];
            phone: string | null;
            email: string | null;
            language: components["schemas"]["MaybeLanguage"];
            external_id: components["schemas"]["MaybeExternalId"];
            created_at: components["schemas"]["Instant"];
            revoked_at: components["schemas"]["MaybeInstant"];
        };
        PersonCreate: {
            name: components["schemas"]["Name"];
            phone?: components["schemas"]["PhoneNumber"];
            email?: string;
            language?: components["schemas"]["Language"];
            external_id?: components["schemas"]["ExternalId"];
        };
        PersonUpdate: {
            name?: components["schemas"]["Name"];
            phone?: string | null;
            email?: string | null;
            language?: components["schemas"]["MaybeLanguage"];
        };
        PersonPage: {
            items: components["schemas"]["Person"][];
            next: components["schemas"]["Next"];
        };
        AccessGrant: {
            id: components["schemas"]["GrantId"];
            person_id: components["schemas"]["PersonId"];
            door_ids: components["schemas"]["DoorId"][];
            from: components["schemas"]["Instant"];
            /** @description Half-open, [from, to); null: no end. */
            to: components["schemas"]["MaybeInstant"];
            external_id: components["schemas"]["MaybeExternalId"];
            /** @description Null: at any time. */
            schedule: components["schemas"]["Schedule"] | null;
            /** @description The schedule that it follows; `schedule` is what that one says now, with its calendars. */
            schedule_id: components["schemas"]["MaybeScheduleId"];
            /** @description Openings at each door; null: any number. */
            max_uses: number | null;
            /** @description At each door, from its first opening on; null: never. */
            expires_after_first_use_s: number | null;
            /** @description Its person may share it for a time (`POST /v1/phones/shares`), within the workspace's `shares_max` and `share_s_max`. */
            may_share: boolean;
            /** @description Of its doors those behind which its person lives: they see who came in there, and at every other door their own openings alone. */
            own_door_ids: components["schemas"]["DoorId"][];
            /** @description Whose key it is a part of; null: the manager's own. It is never more than that grant, and ends with it. */
            shared_by: {
                grant_id: components["schemas"]["GrantId"];
                person_id: components["schemas"]["PersonId"];
                phone_id: components["schemas"]["PhoneId"];
            } | null;
            /**
             * @description Of the intention; what can still open, its credentials say.
             * @enum {string}
             */
            state: "upcoming" | "active" | "ended" | "revoked";
            created_at: components["schemas"]["Instant"];
            revoked_at: components["schemas"]["MaybeInstant"];
        };
        AccessGrantCreate: {
            person_id: components["schemas"]["PersonId"];
            door_ids: components["schemas"]["DoorId"][];
            from: components["schemas"]["Instant"];
            to?: components["schemas"]["MaybeInstant"];
            external_id?: components["schemas"]["ExternalId"];
            schedule?: components["schemas"]["Schedule"];
            /** @description A schedule to follow, in place of `schedule`: its changes are the grant's. */
            schedule_id?: components["schemas"]["ScheduleId"];
            /** @description Openings at each door. */
            max_uses?: number;
            /** @description At each door, from its first opening on. */
            expires_after_first_use_s?: number;
            /** @description False unless given. Not for a grant that counts openings. */
            may_share?: boolean;
            /** @description Of `door_ids`; none unless given. */
            own_door_ids?: components["schemas"]["DoorId"][];
        };
        AccessGrantUpdate: {
            from?: components["schemas"]["Instant"];
            to?: components["schemas"]["MaybeInstant"];
            door_ids?: components["schemas"]["DoorId"][];
            /** @description Its own; null: at any time. */
            schedule?: components["schemas"]["Schedule"] | null;
            /** @description A schedule to follow, in place of `schedule`; null: none, and the times stay. */
            schedule_id?: components["schemas"]["MaybeScheduleId"];
            /** @description Openings at each door since it was issued there; null: any number. */
            max_uses?: number | null;
            expires_after_first_use_s?: number | null;
            /** @description Taken away, what was shared from it ends. */
            may_share?: boolean;
            /** @description All of them, from now on. */
            own_door_ids?: components["schemas"]["DoorId"][];
        };
        ChangedAccessGrant: {
            grant: components["schemas"]["AccessGrant"];
            /** @description When the window is another: the grant's offline codes. Each opens within its own one still, and no longer. */
            codes_left: {
                credential_id: components["schemas"]["CredentialId"];
                door_id: components["schemas"]["DoorId"];
                window: components["schemas"]["Window"];
            }[];
            /** @description Of the doors that were added: those at which nothing opens by this grant yet. */
            doors_without_credentials: components["schemas"]["DoorId"][];
        };
        NamedSchedule: {
            id: components["schemas"]["ScheduleId"];
            name: components["schemas"]["Name"];
            schedule: components["schemas"]["Schedule"];
            calendar_ids: components["schemas"]["CalendarId"][];
            /** @description Access grants that follow it and are not over. */
            grants: number;
            /** @description Locks that hold slots of such grants; `on_its_way`: those that have not acknowledged its newest form. */
            locks: {
                total: number;
                on_its_way: number;
            };
            created_at: components["schemas"]["Instant"];
            changed_at: components["schemas"]["Instant"];
        };
        NamedScheduleCreate: {
            name: components["schemas"]["Name"];
            schedule: components["schemas"]["Schedule"];
            calendar_ids?: components["schemas"]["CalendarId"][];
        };
        NamedScheduleUpdate: {
            name?: components["schemas"]["Name"];
            schedule?: components["schemas"]["Schedule"];
            calendar_ids?: components["schemas"]["CalendarId"][];
        };
        NamedSchedulePage: {
            items: components["schemas"]["NamedSchedule"][];
            next: components["schemas"]["Next"];
        };
        ScheduleLockPage: {
            items: {
                lock_id: components["schemas"]["LockId"];
                door_id: components["schemas"]["DoorId"];
                /** @enum {string} */
                delivery: "on_its_way" | "on_lock";
                last_seen_at: components["schemas"]["MaybeInstant"];
            }[];
            next: components["schemas"]["Next"];
        };
        CalendarDates: components["schemas"]["Date"][];
        Calendar: {
            id: components["schemas"]["CalendarId"];
            name: components["schemas"]["Name"];
            dates: components["schemas"]["CalendarDates"];
            created_at: components["schemas"]["Instant"];
            changed_at: components["schemas"]["Instant"];
        };
        CalendarCreate: {
            name: components["schemas"]["Name"];
            dates: components["schemas"]["CalendarDates"];
        };
        CalendarUpdate: {
            name?: components["schemas"]["Name"];
            dates?: components["schemas"]["CalendarDates"];
        };
        CalendarPage: {
            items: components["schemas"]["Calendar"][];
            next: components["schemas"]["Next"];
        };
        /**
         * @description When a grant opens, in the local time of each door's zone: the clock on the wall there decides, so a time that it skips in spring opens nothing and one that it shows
         *     twice in autumn opens twice. A `to` that is not later than its `from` lies on the next day. A time belongs to the day on which it begins: on a holiday none begins, and an
         *     exception replaces all times of its day. At least one weekly time or exception.
         */
        Schedule: {
            weekly?: {
                days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                from: components["schemas"]["TimeOfDay"];
                to: components["schemas"]["TimeOfDay"];
            }[];
            holidays?: components["schemas"]["Date"][];
            exceptions?: {
                date: components["schemas"]["Date"];
                /** @description None, and the day is closed. */
                times: {
                    from: components["schemas"]["TimeOfDay"];
                    to: components["schemas"]["TimeOfDay"];
                }[];
            }[];
        };
        /** @description 08:00; 24:00 only as an end. */
        TimeOfDay: string;
        /** Format: date */
        Date: string;
        AccessGrantPage: {
            items: components["schemas"]["AccessGrant"][];
            next: components["schemas"]["Next"];
        };
        /** @description Half-open, [from, to): exactly what the lock will use. */
        Window: {
            from: components["schemas"]["Instant"];
            to: components["schemas"]["Instant"];
        };
        /**
         * @description on_its_way: the lock has not acknowledged it yet. on_lock: the lock accepts it (an offline code at once). ending: it was ended here and may still open there,
         *     until `last_possible_use`. ended: it opens nothing any more.
         * @enum {string}
         */
        Delivery: "on_its_way" | "on_lock" | "ending" | "ended";
        Credential: {
            id: components["schemas"]["CredentialId"];
            /** @description Null for service codes. */
            grant_id: components["schemas"]["MaybeGrantId"];
            /** @description Null for service codes. */
            person_id: components["schemas"]["MaybePersonId"];
            /** @description Whose own slot it is. */
            phone_id: components["schemas"]["PhoneId"] | null;
            door_id: components["schemas"]["DoorId"];
            lock_id: components["schemas"]["LockId"];
            /** @enum {string} */
            kind: "token" | "sms" | "offline" | "pin";
            /** @description A token in an authenticator app. */
            fixed: boolean;
            /** @enum {string|null} */
            family: "timed" | "exclusive" | "once" | "pool" | "clock" | "clear" | "release" | null;
            /** @description Of timed, exclusive and once codes. */
            window: null | components["schemas"]["Window"];
            /** @description Of timed and exclusive codes: a first use later than this is refused. */
            first_use_by: components["schemas"]["MaybeInstant"];
            slot: null | {
                number: number;
                generation: number;
            };
            /** @description Of a PIN: somebody chose it; false: the platform made it. */
            pin_chosen: boolean | null;
            /** @description Of a PIN: when it was given another one last. */
            pin_changed_at: components["schemas"]["MaybeInstant"];
            /** @description Of a PIN: true while the lock has not acknowledged the newest one. It takes the one before it then, and may not take this one. */
            old_pin_opens: boolean | null;
            /** @description Of a PIN: for its person to type when somebody forces them to. Null for callers who may not `credentials:issue`. */
            duress: boolean | null;
            /** @description True while the lock has not acknowledged the newest change of the grant: it goes by what the grant said before, and `last_possible_use` allows for that. */
            old_rules_hold: boolean;
            /** @description Openings that the lock has reported. It counts by itself, also what has not arrived here yet. Null: an offline code, of which it counts none. */
            uses: null | {
                count: number;
                /** @description The grant's, at this door; null: any number. */
                max: number | null;
                left: number | null;
                first_at: components["schemas"]["MaybeInstant"];
                /** @description What the first opening made of the grant's `expires_after_first_use_s`. */
                ends_at: components["schemas"]["MaybeInstant"];
                /** @description When the lock was heard last: so old is this. */
                as_of: components["schemas"]["MaybeInstant"];
                /** @description Records that the lock has by its own word and has not sent: openings may be among them. */
                records_missing: number;
            };
            external_id: components["schemas"]["MaybeExternalId"];
            delivery: components["schemas"]["Delivery"];
            /** @description The latest moment at which it can open; null: only a contact with the lock ends it, or nothing was asked to. */
            last_possible_use: components["schemas"]["MaybeInstant"];
            created_at: components["schemas"]["Instant"];
            revoked_at: components["schemas"]["MaybeInstant"];
            ended_at: components["schemas"]["MaybeInstant"];
        };
        IssuedCredential: {
            credential: components["schemas"]["Credential"];
            /** @description Of an offline code: shown here and not again but by `reveal`. Of a PIN that the platform made: shown here and never again. */
            code: string | null;
            /** @description Of a fixed token. Shown here and never again. */
            otpauth_uri: string | null;
        };
        CredentialCreate: {
            /** @constant */
            kind: "token";
            door_id: components["schemas"]["DoorId"];
            /** @default false */
            fixed?: boolean;
            external_id?: components["schemas"]["ExternalId"];
        } | {
            /** @constant */
            kind: "sms";
            door_id: components["schemas"]["DoorId"];
            external_id?: components["schemas"]["ExternalId"];
        } | {
            /** @constant */
            kind: "pin";
            door_id: components["schemas"]["DoorId"];
            /** @description As many digits as the lock's `pin_digits`. Left out: the platform makes one. */
            pin?: string;
            /**
             * @description For its person to type when somebody forces them to: it opens like the PIN that the grant has at this door already, and begins an alert that nobody at the door notices.
             * @default false
             */
            duress?: boolean;
            external_id?: components["schemas"]["ExternalId"];
        } | {
            /** @constant */
            kind: "offline";
            door_id: components["schemas"]["DoorId"];
            /**
             * @description timed, exclusive: any number of times; the first use of an exclusive one ends earlier ones. once: one time. pool: one time, no window.
             * @enum {string}
             */
            family: "timed" | "exclusive" | "once" | "pool";
            /** @description The grant's, unless given; not before it. Not for `pool`. */
            from?: components["schemas"]["Instant"];
            /** @description The grant's, unless given; not after it. Not for `pool`. */
            to?: components["schemas"]["Instant"];
            external_id?: components["schemas"]["ExternalId"];
        };
        CredentialPage: {
            items: components["schemas"]["Credential"][];
            next: components["schemas"]["Next"];
        };
        AccessPage: {
            items: {
                person_name: string | null;
                credential: components["schemas"]["Credential"];
            }[];
            next: components["schemas"]["Next"];
        };
        /** @description The checks in their order of precedence (codes.md §5), up to the one that failed and on. */
        Trace: {
            /** @description The reason that it gives when it fails. */
            check: string;
            rule: string;
            /** @enum {string} */
            result: "passed" | "failed" | "not_reached";
        }[];
        DoorExplanation: {
            at: components["schemas"]["Instant"];
            door_id: components["schemas"]["DoorId"];
            lock_id: components["schemas"]["LockId"];
            /** @description What the answer rests on, and how old that is. */
            lock: {
                online: boolean;
                seen_at: null | components["schemas"]["Instant"];
                applied_version: number;
                /** @description Newer than applied_version: something is on its way to the lock. */
                desired_version: number;
                clock: null | {
                    /** @enum {string} */
                    quality: "synced" | "kept" | "coarse" | "lost";
                    error_bound_s: number;
                };
                keypad: null | {
                    /** @description Until the keypad takes the next entry. */
                    wait_s: number;
                    /** @description In the last 30 days. */
                    failures: number;
                };
            };
            items: {
                person_id: components["schemas"]["PersonId"];
                person_name: string;
                grant_id: components["schemas"]["GrantId"];
                credential: null | components["schemas"]["Credential"];
                opens: boolean;
                reason: components["schemas"]["AccessReason"] | null;
                advice: string | null;
                trace: components["schemas"]["Trace"];
            }[];
        };
        EventExplanation: {
            event_id: components["schemas"]["EventId"];
            reason: components["schemas"]["LockReason"];
            advice: string;
            trace: components["schemas"]["Trace"];
        };
        CurrentCode: {
            code: string;
            from: components["schemas"]["Instant"];
            /** @description When the token shows the next one; the lock accepts this one for 30 s more. */
            to: components["schemas"]["Instant"];
        };
        RevealedCode: {
            code: string;
            window: null | components["schemas"]["Window"];
        };
        GrantInvitationCreate: {
            /** @enum {string} */
            channel: "email" | "link";
            /** @description The person's unless given. */
            language?: components["schemas"]["Language"];
            /** @description 2 unless given. */
            phones_max?: number;
            /** @description At most 30 days ahead. */
            expires_at?: components["schemas"]["Instant"];
            /** @description Whether whoever has the link may also choose a PIN at each door (`POST /v1/invitations/pin`). Not unless given: a PIN stays until the grant ends. */
            pin?: boolean;
        };
        GrantInvitation: {
            id: components["schemas"]["InvitationId"];
            grant_id: components["schemas"]["GrantId"];
            person_id: components["schemas"]["PersonId"];
            language: components["schemas"]["Language"];
            /**
             * @description `draft`: its mail waits in the outbox.
             * @enum {string}
             */
            state: "draft" | "undelivered" | "sent" | "opened" | "on_phone" | "cancelled" | "expired";
            /** @description Null: the manager handed the link over. */
            mail: {
                message_id: components["schemas"]["MessageId"];
                to: string;
                state: components["schemas"]["MessageState"];
                failure: string | null;
            } | null;
            phones_max: number;
            /** @description Phones that have claimed it. */
            phone_count: number;
            /** @description Whoever has the link may choose a PIN, too. */
            pin: boolean;
            opened_at: components["schemas"]["MaybeInstant"];
            expires_at: components["schemas"]["Instant"];
            created_at: components["schemas"]["Instant"];
            /** @description The id of the operator or API key that invited, or of the person who made a home. */
            created_by: string;
        };
        GrantInvitationPage: {
            items: components["schemas"]["GrantInvitation"][];
            next: components["schemas"]["Next"];
        };
        NewGrantInvitation: {
            invitation: components["schemas"]["GrantInvitation"];
            /** @description Shown here and never again; null when it was mailed. */
            link: string | null;
        };
        InvitationOpen: {
            /** @description What follows the # of the link. */
            invitation: string;
        };
        OpenedInvitation: {
            workspace: components["schemas"]["Name"];
            person: components["schemas"]["Name"];
            doors: components["schemas"]["Name"][];
            /** @description Of the first door: what its clock shows. */
            zone: components["schemas"]["Zone"];
            from: components["schemas"]["Instant"];
            to: components["schemas"]["MaybeInstant"];
            language: components["schemas"]["Language"];
            expires_at: components["schemas"]["Instant"];
            phones_left: number;
            /** @description Null: the link brings no PINs. Else the doors that can have one. */
            pins: null | {
                door_id: components["schemas"]["DoorId"];
                name: components["schemas"]["Name"];
                digits: number;
                has_pin: boolean;
            }[];
        };
        /** @description A point on P-256: X and Y, 32 bytes each. */
        Point: string;
        PinChange: {
            /** @description As many digits as PINs have at this lock. */
            pin?: string;
        };
        InvitationPin: {
            /** @description What follows the # of the link. */
            invitation: string;
            door_id: components["schemas"]["DoorId"];
            /** @description As many digits as PINs have at this door. */
            pin?: string;
        };
        ChosenPin: {
            door_id: components["schemas"]["DoorId"];
            /** @description The PIN that the platform made; null: it was chosen. */
            code: string | null;
            delivery: components["schemas"]["Delivery"];
        };
        LockCapacity: {
            lock_id: components["schemas"]["LockId"];
            /** @description Of tokens, SMS codes and PINs. */
            slots: {
                used: number;
                /** @description Taken until the lock has acknowledged their end. */
                ending: number;
                free: number;
                max: number;
                full: components["schemas"]["MaybeFull"];
            };
            /** @description Different ones that its slots follow. */
            schedules: {
                used: number;
                max: number;
                /** @description For one that it does not hold yet. */
                full: components["schemas"]["MaybeFull"];
            };
            /** @description Null: the lock does not protect its keys, and has none. */
            pins: null | {
                digits: number;
                /** @description That may open; each takes a slot. */
                held: number;
                /** @description Ever; nobody gets the one that was another person's. When nearly all are, the answer is `pins_full`. */
                given_out: number;
                /** @description So many there are with these digits, the weak ones included. */
                of: number;
                /** @description PINs that somebody chose within 24 hours, whatever became of them; then the platform makes them (`pin_choices_spent`). */
                choices: {
                    used: number;
                    max: number;
                    /** @description Null: now. */
                    again_at: components["schemas"]["MaybeInstant"];
                };
            };
            /** @description Null: the lock does not protect its keys, and has none. */
            pool_codes: null | {
                handed_out: number;
                /** @description Until records of used ones come in: 256 past the newest used one at most. */
                free_now: number;
                max: number;
                full: components["schemas"]["MaybeFull"];
            };
        };
        /** @description Null while there is room; else what whoever asks for one more is answered. */
        MaybeFull: null | {
            /** @description `slots_full` … */
            code: string;
            /** @description With what to do instead. */
            detail: string;
        };
        HomeCreate: {
            /** @description 32 random bytes, drawn anew for each home and said again when no answer came. Who knows them gets its key. */
            attempt: string;
            /** @description The text of the lock's QR code, CARDEA1:…; blanks, hyphens and lower case do not matter. */
            label: string;
            door_name: components["schemas"]["Name"];
            /** @description The door's. */
            zone: components["schemas"]["Zone"];
            person_name: components["schemas"]["Name"];
            language: components["schemas"]["Language"];
            /** @description Whoever reads it becomes the owner: gets in when the phone is lost, and may open the door. */
            email?: string;
        };
        Home: {
            lock_id: components["schemas"]["LockId"];
            /** @description What a link would have behind its #; good until `claim_expires_at`. */
            invitation: string;
            /** @description When the lock must have asked. */
            claim_expires_at: components["schemas"]["Instant"];
        };
        InvitationClaim: {
            /** @description What follows the # of the link. */
            invitation: string;
            /** @description The phone's, for whoever may have to end it. */
            name: components["schemas"]["Name"];
            public_key: components["schemas"]["Point"];
        };
        ClaimedPhone: {
            phone_id: components["schemas"]["PhoneId"];
            invitation_id: components["schemas"]["InvitationId"];
            public_key: components["schemas"]["Point"];
            confirmation: string;
            doors: components["schemas"]["PhoneDoor"][];
        };
        PhoneDoor: {
            door_id: components["schemas"]["DoorId"];
            name: components["schemas"]["Name"];
            /** @description Why there is no key for it yet: `slots_full`, `no_lock`, `lock_not_active` … */
            problem: string | null;
        };
        GrantToPhones: {
            /** @description Of the grant's person; all of theirs unless given. */
            phone_ids?: components["schemas"]["PhoneId"][];
        };
        GrantedPhones: {
            items: {
                phone: components["schemas"]["Phone"];
                doors: components["schemas"]["PhoneDoor"][];
            }[];
        };
        ScheduleRequest: {
            phone_id: components["schemas"]["PhoneId"];
            /** @description Unix seconds, by the phone's clock. */
            at: number;
            mac: string;
        };
        LeaseRequest: {
            phone_id: components["schemas"]["PhoneId"];
            /** @description Unix seconds, by the phone's clock. */
            at: number;
            /** @description The public half of the pair that the phone's virtual keys name: X and Y on P-256. */
            virtual_key: string;
            mac: string;
        };
        SealedSchedule: {
            /** @description spec/phone.md §3 and §4. */
            sealed: string;
        };
        PhoneOrder: {
            phone_id: components["schemas"]["PhoneId"];
            /** @description Unix seconds, by the phone's clock. */
            at: number;
        };
        PhoneKeys: {
            phone_id: components["schemas"]["PhoneId"];
            person: components["schemas"]["Name"];
            workspace: components["schemas"]["Name"];
            /** @description By the names of their doors. A door of two grants is here twice. */
            keys: components["schemas"]["PhoneKey"][];
            /** @description How many keys more the person may share now. */
            shares_left: number;
            /** @description For how long at most. */
            share_s_max: number;
            /** @description Of the person, this one too, without those that have ended. */
            phones: components["schemas"]["OwnPhone"][];
        };
        PhoneKey: {
            door_id: components["schemas"]["DoorId"];
            name: components["schemas"]["Name"];
            zone: string;
            grant_id: components["schemas"]["GrantId"];
            /** @description The phone's own slot; null: it has none yet. */
            credential_id: components["schemas"]["CredentialId"] | null;
            /** @enum {string} */
            state: "upcoming" | "active" | "ended" | "revoked";
            from: components["schemas"]["Instant"];
            to: components["schemas"]["MaybeInstant"];
            /** @description A door of one's own: `POST /v1/phones/events` shows everybody who came in. */
            own: boolean;
            may_share: boolean;
            /** @description Somebody shared it with this person. */
            shared: boolean;
            /** @description Why `POST /v1/phones/unlock` would refuse now, by a name of PhoneUnlock; null: it would ask the lock. */
            unlock_reason: string | null;
        };
        OwnPhone: {
            id: components["schemas"]["PhoneId"];
            name: components["schemas"]["Name"];
            created_at: components["schemas"]["Instant"];
            seen_at: components["schemas"]["MaybeInstant"];
        };
        ShareOrder: {
            phone_id: components["schemas"]["PhoneId"];
            /** @description Unix seconds, by the phone's clock. */
            at: number;
            door_ids: components["schemas"]["DoorId"][];
            /** @description Now unless given. */
            from?: components["schemas"]["Instant"];
            until: components["schemas"]["Instant"];
            /** @description Of the guest. */
            name: components["schemas"]["Name"];
            /** @description The link goes there. */
            email?: components["schemas"]["PersonCreate"]["email"];
            phone?: components["schemas"]["PhoneNumber"];
            /** @description Of the invitation; the workspace's unless given. */
            language?: components["schemas"]["Language"];
        };
        NewShare: {
            share: components["schemas"]["Share"];
            /** @description Shown here and never again; null when it is mailed. */
            link: string | null;
        };
        Shares: {
            items: components["schemas"]["Share"][];
        };
        Share: {
            /** @description It is a grant, and the manager's console has it as one (`shared_by`). */
            id: components["schemas"]["GrantId"];
            name: components["schemas"]["Name"];
            email: string | null;
            phone: string | null;
            from: components["schemas"]["Instant"];
            until: components["schemas"]["MaybeInstant"];
            /**
             * @description How far its invitation is while it goes on.
             * @enum {string}
             */
            state: "draft" | "undelivered" | "sent" | "opened" | "on_phone" | "cancelled" | "expired" | "ended";
            doors: components["schemas"]["ShareDoor"][];
            created_at: components["schemas"]["Instant"];
            /** @description When somebody ended it; null also when its time is over. */
            ended_at: components["schemas"]["MaybeInstant"];
        };
        ShareDoor: {
            door_id: components["schemas"]["DoorId"];
            name: components["schemas"]["Name"];
            /** @description Of the guest's keys there the one that is furthest behind; null: there is none yet. */
            delivery: components["schemas"]["Delivery"] | null;
            /** @description Of one that is ending; null: nothing is, or only a contact with the lock ends it. */
            last_possible_use: components["schemas"]["MaybeInstant"];
        };
        EndShareOrder: {
            phone_id: components["schemas"]["PhoneId"];
            /** @description Unix seconds, by the phone's clock. */
            at: number;
            share_id: components["schemas"]["GrantId"];
        };
        PhoneEventsOrder: {
            phone_id: components["schemas"]["PhoneId"];
            /** @description Unix seconds, by the phone's clock. */
            at: number;
            /** @description All of them unless given. */
            door_id?: components["schemas"]["DoorId"];
            before?: number;
        };
        PhoneEvents: {
            items: components["schemas"]["PhoneEvent"][];
            /** @description The `before` of what is older; null: there is nothing more. */
            next: number | null;
        };
        PhoneEvent: {
            id: string;
            door_id: components["schemas"]["DoorId"];
            /** @description Its name. */
            door: components["schemas"]["Name"];
            /** @description By the lock's clock. */
            at: components["schemas"]["Instant"];
            /** @description When the platform heard of it: later for a lock that was out of contact. */
            recorded_at: components["schemas"]["Instant"];
            /** @description Who it was, by name; null where nobody is known to it. */
            person: string | null;
            mine: boolean;
            /** @description As in events. */
            method: string | null;
        };
        PhoneLink: {
            /** @description Shown here and never again. */
            link: string;
            expires_at: components["schemas"]["Instant"];
        };
        EndPhoneOrder: {
            phone_id: components["schemas"]["PhoneId"];
            /** @description Unix seconds, by the phone's clock. */
            at: number;
            ended_phone_id: components["schemas"]["PhoneId"];
            /** @description False unless given. */
            lost?: boolean;
        };
        PhoneUnlockOrder: {
            phone_id: components["schemas"]["PhoneId"];
            /** @description Unix seconds, by the phone's clock. */
            at: number;
            door_id: components["schemas"]["DoorId"];
            /** @description Random, new for each tap. */
            attempt: string;
        };
        PhoneUnlock: {
            /** @description Of the tap that this is about. */
            attempt: string;
            door_id: components["schemas"]["DoorId"];
            /** @enum {string} */
            state: "sent" | "opened" | "refused" | "did_not_answer";
            /** @description Of `refused`: a reason of the lock (event.md §3), or the platform's own: not_allowed (the workspace does not let phones), grant_not_begun, grant_ended, grant_revoked, outside_schedule, uses_counted (a grant that counts openings is opened at its lock), no_credential, no_lock, lock_not_active, lock_offline, lock_busy. */
            reason: string | null;
            asked_at: components["schemas"]["Instant"];
            /** @description When the lock's word came, by the platform's clock. */
            answered_at: components["schemas"]["MaybeInstant"];
            /** @description By the lock's own record, once that has come. */
            opened_at: components["schemas"]["MaybeInstant"];
        };
        Phone: {
            id: components["schemas"]["PhoneId"];
            person_id: components["schemas"]["PersonId"];
            grant_id: components["schemas"]["GrantId"];
            invitation_id: components["schemas"]["InvitationId"];
            name: components["schemas"]["Name"];
            created_at: components["schemas"]["Instant"];
            /** @description When it fetched a schedule last. */
            seen_at: components["schemas"]["MaybeInstant"];
            ended_at: components["schemas"]["MaybeInstant"];
            /** @enum {string|null} */
            ended_because: "revoked" | "lost" | "restored" | null;
        };
        PhonePage: {
            items: components["schemas"]["Phone"][];
            next: components["schemas"]["Next"];
        };
        SendCode: {
            /** @enum {string} */
            channel?: "sms" | "email";
        };
        /**
         * @description What people are written to in.
         * @enum {string}
         */
        Language: "en" | "zh" | "de";
        /** @description Null: the workspace's. */
        MaybeLanguage: components["schemas"]["Language"] | null;
        /**
         * @description `queued` waits for its carrier or the next attempt; `sent`: the carrier has taken it; `failed`: refused for good, or expired.
         * @enum {string}
         */
        MessageState: "queued" | "sent" | "failed";
        OutboxMessage: {
            id: components["schemas"]["MessageId"];
            /**
             * @description SMS wait here: whoever may read them passes them on.
             * @enum {string}
             */
            channel: "sms" | "email";
            /** @description What it is: `invitation`, `code`, `alert` …; null for one of an old version. */
            letter: string | null;
            language: components["schemas"]["Language"];
            to: string;
            /** @description Whose code it brings. */
            credential_id: components["schemas"]["MaybeCredentialId"];
            /** @description Whom it concerns. Its text is never shown here. */
            operator_id: components["schemas"]["MaybeOperatorId"];
            state: components["schemas"]["MessageState"];
            attempts: number;
            /** @description While it is queued. */
            next_attempt_at: components["schemas"]["MaybeInstant"];
            sent_at: components["schemas"]["MaybeInstant"];
            /** @description Why the newest attempt failed: "the mail server refused the recipient: 550 no such user". */
            failure: string | null;
            created_at: components["schemas"]["Instant"];
            /** @description From then on it is not sent any more and its text is erased. */
            expires_at: components["schemas"]["Instant"];
        };
        OutboxMessageWithText: {
            id: components["schemas"]["MessageId"];
            /**
             * @description SMS wait here: whoever may read them passes them on.
             * @enum {string}
             */
            channel: "sms" | "email";
            /** @description What it is: `invitation`, `code`, `alert` …; null for one of an old version. */
            letter: string | null;
            language: components["schemas"]["Language"];
            to: string;
            /** @description Whose code it brings. */
            credential_id: components["schemas"]["MaybeCredentialId"];
            /** @description Whom it concerns. Its text is never shown here. */
            operator_id: components["schemas"]["MaybeOperatorId"];
            state: components["schemas"]["MessageState"];
            attempts: number;
            /** @description While it is queued. */
            next_attempt_at: components["schemas"]["MaybeInstant"];
            sent_at: components["schemas"]["MaybeInstant"];
            /** @description Why the newest attempt failed: "the mail server refused the recipient: 550 no such user". */
            failure: string | null;
            created_at: components["schemas"]["Instant"];
            /** @description From then on it is not sent any more and its text is erased. */
            expires_at: components["schemas"]["Instant"];
            text: string | null;
        };
        OutboxPage: {
            items: components["schemas"]["OutboxMessage"][];
            next: components["schemas"]["Next"];
        };
        /** @description https://…, public, on port 443 or 8443. */
        WebhookUrl: string;
        /** @description Only events of these types; none named is all of them. */
        WebhookTypes: components["schemas"]["EventType"][];
        WebhookCreate: {
            url: components["schemas"]["WebhookUrl"];
            types?: components["schemas"]["WebhookTypes"];
            /** @description Begin after this position: 0 is all that ever happened. */
            after?: number;
        };
        WebhookUpdate: {
            url?: components["schemas"]["WebhookUrl"];
            types?: components["schemas"]["WebhookTypes"];
            /** @enum {string} */
            state?: "active" | "disabled";
            after?: number;
        };
        Webhook: {
            id: components["schemas"]["WebhookId"];
            url: components["schemas"]["WebhookUrl"];
            types: components["schemas"]["WebhookTypes"];
            /**
             * @description disabled: by you, or after 72 hours of failure.
             * @enum {string}
             */
            state: "active" | "disabled";
            /** @description Everything up to here was taken, or is of another type. */
            position: number;
            /** @description Events of the log after it. */
            behind: number;
            failing_since: components["schemas"]["MaybeInstant"];
            next_attempt_at: components["schemas"]["MaybeInstant"];
            /** @description What came of the last attempt: "answered 503". */
            last_failure: string | null;
            created_at: components["schemas"]["Instant"];
        };
        WebhookDelivery: {
            /** @description Counts from 1 in each webhook. */
            number: number;
            /** @description `webhook-id` as it was sent last. */
            id: string;
            /** @description Of its events in the log. */
            first_position: number;
            last_position: number;
            event_count: number;
            /** @description Of its events, each once. */
            types: components["schemas"]["EventType"][];
            /** @enum {string} */
            state: "taken" | "failed";
            attempts: number;
            /** @description The first attempt. */
            began_at: components["schemas"]["Instant"];
            /** @description The last one. */
            tried_at: components["schemas"]["Instant"];
            /** @description Of the endpoint's last answer; null when there was none. */
            status: number | null;
            /** @description Why the last attempt failed, for people; null when the endpoint took it. */
            failure: string | null;
            /** @description Null for what was taken, and for what is not tried again. */
            next_attempt_at: components["schemas"]["MaybeInstant"];
        };
        WebhookDeliveryPage: {
            items: components["schemas"]["WebhookDelivery"][];
            next: components["schemas"]["Next"];
        };
        WebhookPage: {
            items: components["schemas"]["Webhook"][];
            next: components["schemas"]["Next"];
        };
        IssuedWebhook: {
            webhook: components["schemas"]["Webhook"];
            secret: string;
        };
        AlertId: string;
        AlertRuleId: string;
        /**
         * @description Why a lock refuses, or would: event.md §3.
         * @enum {string}
         */
        LockReason: "locked_out" | "malformed" | "unknown_code" | "clock_lost" | "clock_good" | "schedule_expired" | "not_yet_valid" | "expired" | "cleared" | "cancelled" | "not_activated" | "replayed" | "used" | "code_memory_full" | "outside_schedule" | "uses_spent" | "door_state" | "fault" | "command_stale" | "command_unknown" | "log_full" | "motor_failed" | "not_pressed" | "records_unsent";
        /** @description Why somebody cannot open a door, by the lock or before it is asked. */
        AccessReason: components["schemas"]["LockReason"] | ("no_credential" | "grant_not_begun" | "grant_ended" | "grant_revoked" | "credential_ended");
        /** @enum {string} */
        AlertType: "door_forced" | "door_left_open" | "tamper" | "battery_low" | "battery_critical" | "clock_lost" | "clock_uncertain" | "clock_refused" | "lock_jammed" | "lock_offline" | "lock_reset" | "guessing" | "undelivered" | "records_lost" | "chain_broken" | "webhook_disabled" | "rule_changed" | "insider_access" | "certificate_ends" | "duress" | "campaign_halted";
        /** @enum {string} */
        AlertSeverity: "info" | "warning" | "critical";
        /** @enum {string} */
        AlertState: "open" | "acknowledged" | "closed";
        AlertNote: {
            note?: string;
        };
        Alert: {
            id: components["schemas"]["AlertId"];
            rule_id: components["schemas"]["AlertRuleId"];
            type: components["schemas"]["AlertType"];
            severity: components["schemas"]["AlertSeverity"];
            summary: string;
            state: components["schemas"]["AlertState"];
            /** @description How often it happened: there is one alert at a time of a rule and a lock. */
            count: number;
            site_id: components["schemas"]["SiteId"] | null;
            door_id: components["schemas"]["DoorId"] | null;
            lock_id: components["schemas"]["LockId"] | null;
            event_id: components["schemas"]["EventId"];
            opened_at: components["schemas"]["Instant"];
            last_at: components["schemas"]["Instant"];
            over_at: components["schemas"]["MaybeInstant"];
            steps_done: number;
            next_step_at: components["schemas"]["MaybeInstant"];
            acknowledged_at: components["schemas"]["MaybeInstant"];
            acknowledged_by: string | null;
            note: string | null;
            closed_at: components["schemas"]["MaybeInstant"];
            /** @description Null of a closed one: it closed by itself. */
            closed_by: string | null;
        };
        AlertPage: {
            items: components["schemas"]["Alert"][];
            next: components["schemas"]["Next"];
        };
        /** @description Who is told when, while nobody has acknowledged it. The first step is at once. */
        AlertSteps: {
            after_min: number;
            tell: string[];
        }[];
        AlertRuleCreate: {
            type: components["schemas"]["AlertType"];
            name?: components["schemas"]["Name"];
            enabled?: boolean;
            severity?: components["schemas"]["AlertSeverity"];
            /** @description In `unit`: the seconds that it must last, the percent of charge or less, the failures in 30 days or more, the days left or fewer. */
            threshold?: number;
            /** @description With door_ids, where it holds: these sites and these doors. Both empty: everywhere. */
            site_ids?: components["schemas"]["SiteId"][];
            door_ids?: components["schemas"]["DoorId"][];
            steps?: components["schemas"]["AlertSteps"];
        };
        AlertRuleUpdate: {
            name?: components["schemas"]["Name"];
            enabled?: boolean;
            severity?: components["schemas"]["AlertSeverity"];
            /** @description In `unit`: the seconds that it must last, the percent of charge or less, the failures in 30 days or more, the days left or fewer. */
            threshold?: number;
            /** @description With door_ids, where it holds: these sites and these doors. Both empty: everywhere. */
            site_ids?: components["schemas"]["SiteId"][];
            door_ids?: components["schemas"]["DoorId"][];
            steps?: components["schemas"]["AlertSteps"];
        };
        AlertRule: {
            id: components["schemas"]["AlertRuleId"];
            type: components["schemas"]["AlertType"];
            /** @description Against insiders: it cannot be switched off, and always tells the owners. */
            guard: boolean;
            /** @enum {string|null} */
            unit: "seconds" | "percent" | "failures" | "days" | null;
            name: components["schemas"]["Name"];
            enabled: boolean;
            severity: components["schemas"]["AlertSeverity"];
            /** @description In `unit`: the seconds that it must last, the percent of charge or less, the failures in 30 days or more, the days left or fewer. */
            threshold: number | null;
            /** @description With door_ids, where it holds: these sites and these doors. Both empty: everywhere. */
            site_ids: components["schemas"]["SiteId"][];
            door_ids: components["schemas"]["DoorId"][];
            steps: components["schemas"]["AlertSteps"];
            created_at: components["schemas"]["Instant"];
            changed_at: components["schemas"]["MaybeInstant"];
        };
        AlertRulePage: {
            items: components["schemas"]["AlertRule"][];
            next: components["schemas"]["Next"];
        };
        MakerId: string;
        ImageId: string;
        CampaignId: string;
        LockBatchId: string;
        LockBatch: {
            id: components["schemas"]["LockBatchId"];
            vendor: string;
            /** @description The hardware that its locks are. */
            device_class: string;
            /** @description The maker's name; null when it was removed. */
            maker: string | null;
            lock_count: number;
            created_at: components["schemas"]["Instant"];
            created_by: string;
        };
        LockBatchPage: {
            items: components["schemas"]["LockBatch"][];
            next: components["schemas"]["Next"];
        };
        FirmwareMakerCreate: {
            name: components["schemas"]["Name"];
            /** @description A P-256 public key in PEM: `openssl pkey -in KEY -pubout`. */
            public_key: string;
        };
        FirmwareMaker: {
            id: components["schemas"]["MakerId"];
            name: components["schemas"]["Name"];
            /** @description SHA-256 of the key (SubjectPublicKeyInfo, DER): how images name it. */
            key_name: string;
            created_at: components["schemas"]["Instant"];
        };
        FirmwareMakerPage: {
            items: components["schemas"]["FirmwareMaker"][];
            next: components["schemas"]["Next"];
        };
        /** Format: uuid */
        Uuid: string;
        /** @description 1.4.0, or 1.4.0+12 with a build. */
        FirmwareVersion: string;
        FirmwareImage: {
            id: components["schemas"]["ImageId"];
            version: components["schemas"]["FirmwareVersion"];
            /** @description A lock that has confirmed an image takes none with a lower counter any more. */
            security_counter: number;
            size_bytes: number;
            digest: string;
            vendor: components["schemas"]["Uuid"];
            /** @description The hardware that it is for. Locks of other hardware refuse it. */
            device_class: components["schemas"]["Uuid"];
            /** @description The maker's name; null when it was removed. */
            maker: string | null;
            /** @description How many campaigns have it. */
            campaigns: number;
            created_at: components["schemas"]["Instant"];
            created_by: string;
        };
        FirmwareImagePage: {
            items: components["schemas"]["FirmwareImage"][];
            next: components["schemas"]["Next"];
        };
        /** @enum {string} */
        CampaignState: "draft" | "running" | "paused" | "halted" | "done" | "cancelled";
        /**
         * @description `waiting`: its ring has not begun, or it was not there since. `offered`: nothing was heard since. From `arriving` on it is the lock's own word; `silent`: it had the whole image, and has said nothing more.
         * @enum {string}
         */
        UpdateState: "waiting" | "offered" | "arriving" | "waiting_for_start" | "on_trial" | "confirmed" | "refused" | "silent";
        /** @description Images are offered and sent between these times of the day at the door, by the clock on its wall; over midnight when `to` is not later. */
        DayWindow: {
            from: string;
            to: string;
        };
        /** @description A ring names its locks, or says how many percent of the campaign's locks are through with it and the rings before; neither is all the others, and the last ring's way. */
        RingCreate: {
            name: components["schemas"]["Name"];
            lock_ids?: components["schemas"]["LockId"][];
            percent?: number;
            /** @description So long after it is done the next one begins; 0 when left out. */
            soak_s?: number;
            /** @description With one more the campaign halts; 0 when left out. */
            failures_max?: number;
            /** @description The same in percent of the ring's locks, rounded down; of the two what allows more. */
            failures_percent_max?: number;
        };
        CampaignCreate: {
            name: components["schemas"]["Name"];
            image_id: components["schemas"]["ImageId"];
            lock_ids?: components["schemas"]["LockId"][];
            site_ids?: components["schemas"]["SiteId"][];
            rings: components["schemas"]["RingCreate"][];
            /** @description How long a ring waits for locks that are out of reach; two days when left out. */
            patience_s?: number;
            window?: components["schemas"]["DayWindow"];
            /** @description At once; else it is a draft until it is resumed. */
            start?: boolean;
        };
        UpdateCounts: {
            waiting: number;
            offered: number;
            arriving: number;
            waiting_for_start: number;
            on_trial: number;
            confirmed: number;
            refused: number;
            silent: number;
        };
        Ring: {
            name: components["schemas"]["Name"];
            soak_s: number;
            failures_max: number;
            begun_at: components["schemas"]["MaybeInstant"];
            done_at: components["schemas"]["MaybeInstant"];
            locks: components["schemas"]["UpdateCounts"];
        };
        Campaign: {
            id: components["schemas"]["CampaignId"];
            name: components["schemas"]["Name"];
            state: components["schemas"]["CampaignState"];
            /** @enum {string|null} */
            halted_for: "failures" | "nothing_confirmed" | null;
            image: {
                id: components["schemas"]["ImageId"];
                version: components["schemas"]["FirmwareVersion"];
                size_bytes: number;
            };
            /** @description Whose turn it is: the place in `rings`. */
            ring: number;
            rings: components["schemas"]["Ring"][];
            locks: components["schemas"]["UpdateCounts"];
            patience_s: number;
            window: components["schemas"]["DayWindow"] | null;
            created_at: components["schemas"]["Instant"];
            created_by: string;
            ended_at: components["schemas"]["MaybeInstant"];
        };
        CampaignPage: {
            items: components["schemas"]["Campaign"][];
            next: components["schemas"]["Next"];
        };
        CampaignLock: {
            lock_id: components["schemas"]["LockId"];
            door_id: components["schemas"]["DoorId"];
            ring: number;
            state: components["schemas"]["UpdateState"];
            /** @description While it is `arriving`: so much has arrived, by what the lock says and asks for. */
            standing_bytes: number;
            /** @description Why the lock refused it: `stale`, `forged`, `unsupported` and so on (update.md). */
            refused_for: string | null;
            /** @description What the lock's newest status says that it runs. */
            firmware: string | null;
            changed_at: components["schemas"]["Instant"];
            last_seen_at: components["schemas"]["MaybeInstant"];
        };
        CampaignLockPage: {
            items: components["schemas"]["CampaignLock"][];
            next: components["schemas"]["Next"];
        };
        /** @enum {string} */
        EventType: "access.opening" | "access.granted" | "access.failed" | "access.refused" | "access.duress" | "keypad.cleared" | "keypad.released" | "keypad.alert" | "clock.set" | "clock.refused" | "lock.restarted" | "lock.activated" | "lock.configured" | "lock.records_lost" | "lock.battery" | "door.forced" | "door.left_open" | "door.closed" | "lock.tampered" | "lock.tamper_ended" | "lock.giving_up" | "command.asked" | "command.refused" | "lock.chain_broken" | "lock.online" | "lock.offline" | "lock.reset" | "lock.released" | "lock.written_off" | "lock.identity_refused" | "lock_batch.added" | "lock_batch.removed" | "platform.restored" | "platform.certificate_ending" | "platform.certificate_renewed" | "grant.created" | "grant.changed" | "grant.revoked" | "credential.issued" | "credential.revealed" | "credential.pin_changed" | "credential.changed" | "credential.revoked" | "credential.ended" | "operator.created" | "operator.accepted" | "operator.role_changed" | "operator.scope_changed" | "operator.ended" | "operator.password_set" | "operator.second_factor_set" | "operator.second_factor_removed" | "operator.passkey_added" | "operator.passkey_removed" | "operator.oidc_linked" | "operator.oidc_unlinked" | "schedule.created" | "schedule.changed" | "schedule.deleted" | "calendar.created" | "calendar.changed" | "calendar.deleted" | "key.created" | "key.revoked" | "session.started" | "session.ended" | "recovery.asked" | "recovery.approved" | "recovery.cancelled" | "recovery.completed" | "invitation.created" | "invitation.renewed" | "invitation.opened" | "invitation.cancelled" | "phone.enrolled" | "phone.ended" | "webhook.created" | "webhook.deleted" | "webhook.disabled" | "alert.opened" | "alert.acknowledged" | "alert.escalated" | "alert.closed" | "alert_rule.created" | "alert_rule.changed" | "alert_rule.deleted" | "lock.updated" | "lock.update_failed" | "firmware.maker_added" | "firmware.maker_removed" | "firmware.image_added" | "firmware.image_removed" | "campaign.created" | "campaign.resumed" | "campaign.paused" | "campaign.ring_begun" | "campaign.halted" | "campaign.cancelled" | "campaign.done";
        /** @description Members that do not apply are left out. */
        Event: {
            /**
             * @description Of a lock without a device. Left out for every other.
             * @constant
             */
            sandbox?: true;
            /** @description Counts from 1 in the workspace without gaps. */
            position: number;
            id: components["schemas"]["EventId"];
            type: components["schemas"]["EventType"];
            /** @description By the lock's clock; left out when it was lost. */
            at?: components["schemas"]["Instant"];
            recorded_at: components["schemas"]["Instant"];
            workspace_id: components["schemas"]["WorkspaceId"];
            site_id?: components["schemas"]["SiteId"];
            door_id?: components["schemas"]["DoorId"];
            lock_id?: components["schemas"]["LockId"];
            /** @description Number of the lock's record. */
            seq?: number;
            /** @description Whoever asked for it through the API: the id of an API key or of an operator, or of the person who made the workspace as their home. */
            by?: string;
            /** @description Of the request that brought it about: W3C Trace Context. */
            trace?: string;
            reason?: components["schemas"]["LockReason"];
            method?: string;
            /** @enum {string} */
            quality?: "synced" | "kept" | "coarse" | "lost";
            /** @description By type: event.md §2. */
            detail?: Record<string, never>;
            person_id?: components["schemas"]["PersonId"];
            grant_id?: components["schemas"]["GrantId"];
            credential_id?: components["schemas"]["CredentialId"];
            leaf: string;
        };
        EventWithProof: {
            event: components["schemas"]["Event"];
            /** @description The exact bytes that the leaf covers. */
            header: string;
            /** @description Hexadecimal: the sealed body that the leaf covers. */
            body: string | null;
        };
        EventPage: {
            items: components["schemas"]["Event"][];
            /** @description With `after`: null when there is nothing more yet; then ask again with the last position. */
            next: components["schemas"]["Next"];
        };
        /** @description What of the workspace somebody is limited to: these sites with all their doors, also those that come later, and these doors; null: nothing limits them. One place at least, each once, 200 at most. An owner has none. */
        Scope: null | {
            site_ids?: components["schemas"]["SiteId"][];
            door_ids?: components["schemas"]["DoorId"][];
        };
        ApiKey: {
            id: components["schemas"]["ApiKeyId"];
            name: components["schemas"]["Name"];
            /** @description Its last four characters. */
            hint: string;
            permissions: components["schemas"]["Permission"][];
            scope: components["schemas"]["Scope"];
            created_at: components["schemas"]["Instant"];
            /** @description The operator or key that made it; null for the first one. */
            created_by: string | null;
            /** @description From then on it opens nothing; null: never. */
            expires_at: components["schemas"]["MaybeInstant"];
            last_used_at: components["schemas"]["MaybeInstant"];
        };
        /** @description Either a role or permissions. */
        ApiKeyCreate: {
            name: components["schemas"]["Name"];
            role?: components["schemas"]["Role"];
            permissions?: components["schemas"]["Permission"][];
            scope?: components["schemas"]["Scope"];
            expires_at?: components["schemas"]["Instant"];
        };
        IssuedApiKey: {
            api_key: components["schemas"]["ApiKey"];
            /** @description For `Authorization: Bearer`. Shown here and never again. */
            key: string;
        };
        ApiKeyPage: {
            items: components["schemas"]["ApiKey"][];
            next: components["schemas"]["Next"];
        };
        /** @description A recovery of the account that is under way. Whoever did not ask for it ends it. */
        OperatorRecovery: null | {
            asked_at: components["schemas"]["Instant"];
            opens_at: components["schemas"]["Instant"];
            approved: boolean;
        };
        Operator: {
            id: components["schemas"]["OperatorId"];
            name: components["schemas"]["Name"];
            /** @description In lower case. */
            email: string;
            role: components["schemas"]["Role"];
            scope: components["schemas"]["Scope"];
            language: components["schemas"]["MaybeLanguage"];
            /** @enum {string} */
            state: "invited" | "active" | "ended";
            /** @description Whether signing in takes an authenticator app. */
            second_factor: boolean;
            recovery: components["schemas"]["OperatorRecovery"];
            created_at: components["schemas"]["Instant"];
            /** @description The id of the operator or API key that invited. */
            created_by: string;
            accepted_at: components["schemas"]["MaybeInstant"];
            ended_at: components["schemas"]["MaybeInstant"];
        };
        OperatorCreate: {
            name: components["schemas"]["Name"];
            /** @description Unique in the workspace among operators who have not ended. */
            email: string;
            role: components["schemas"]["Role"];
            scope?: components["schemas"]["Scope"];
            language?: components["schemas"]["Language"];
        };
        OperatorUpdate: {
            name?: components["schemas"]["Name"];
            role?: components["schemas"]["Role"];
            scope?: components["schemas"]["Scope"];
            language?: components["schemas"]["MaybeLanguage"];
        };
        InvitedOperator: {
            operator: components["schemas"]["Operator"];
            /** @description For `/v1/invitations/accept`. Shown here and never again. */
            invitation: string;
            expires_at: components["schemas"]["Instant"];
        };
        InvitationAccept: {
            invitation: string;
            password: components["schemas"]["NewPassword"];
        };
        /** @description At least 12 characters and at most 512 bytes; does not contain the e-mail address. */
        NewPassword: string;
        OperatorPage: {
            items: components["schemas"]["Operator"][];
            next: components["schemas"]["Next"];
        };
        SignIn: {
            email: string;
            password: string;
            /** @description Of the authenticator app, or a recovery code. */
            code?: string;
            /** @description For an address that is known in several workspaces. */
            workspace_id?: components["schemas"]["WorkspaceId"];
            /** @default false */
            cookie?: boolean;
        };
        SignedIn: {
            session_id: components["schemas"]["SessionId"];
            /** @description For `Authorization: Bearer`. Shown here and never again. */
            token: string | null;
            /** @description At the latest; after an hour of silence, earlier. */
            expires_at: components["schemas"]["Instant"];
            workspace_id: components["schemas"]["WorkspaceId"];
            operator: components["schemas"]["Operator"];
        };
        SessionPage: {
            items: {
                id: components["schemas"]["SessionId"];
                /** @description The one that asks. */
                current: boolean;
                /** @description Where it began. */
                address: string;
                /** @description The User-Agent that it began with. */
                agent: string;
                created_at: components["schemas"]["Instant"];
                seen_at: components["schemas"]["Instant"];
                expires_at: components["schemas"]["Instant"];
            }[];
            next: components["schemas"]["Next"];
        };
        Account: {
            operator: components["schemas"]["Operator"];
            workspace_id: components["schemas"]["WorkspaceId"];
            session_id: components["schemas"]["SessionId"];
            permissions: components["schemas"]["Permission"][];
            recovery_codes_left: number;
        };
        PasswordChange: {
            password: string;
            new_password: components["schemas"]["NewPassword"];
        };
        TotpBegin: {
            password: string;
        };
        TotpOffer: {
            /** @description For typing it in. */
            secret: string;
            /** @description For a QR code. */
            otpauth_uri: string;
        };
        TotpConfirm: {
            code: string;
        };
        TotpRemove: {
            password: string;
            /** @description Of the authenticator app, or a recovery code. */
            code: string;
        };
        RecoveryCodesRenew: {
            password: string;
            /** @description Of the authenticator app, or one of the codes before. */
            code: string;
        };
        RecoveryCodes: {
            recovery_codes: string[];
        };
        RecoveryAsk: {
            email: string;
            /** @description For an address that is known in several workspaces. */
            workspace_id?: components["schemas"]["WorkspaceId"];
        };
        RecoveryAsked: {
            /** @enum {string} */
            status: "asked";
        };
        RecoveryComplete: {
            /** @description The word of the link. */
            recovery: string;
            password: components["schemas"]["NewPassword"];
            /** @description Of the authenticator app, or a recovery code. */
            code?: string;
        };
        Passkey: {
            id: components["schemas"]["PasskeyId"];
            name: components["schemas"]["Name"];
            created_at: components["schemas"]["Instant"];
            last_used_at: components["schemas"]["MaybeInstant"];
        };
        PasskeyPage: {
            items: components["schemas"]["Passkey"][];
            next: components["schemas"]["Next"];
        };
        PasskeyUpdate: {
            name: components["schemas"]["Name"];
        };
        PasskeyBegin: {
            password: string;
        };
        PasskeyChallenge: {
            challenge: components["schemas"]["Base64url"];
            relying_party_id: string;
        };
        PasskeyOffer: {
            challenge: components["schemas"]["Base64url"];
            relying_party_id: string;
            user: {
                id: components["schemas"]["Base64url"];
                name: string;
                display_name: string;
            };
            /** @description For `excludeCredentials`. */
            known: components["schemas"]["Base64url"][];
        };
        PasskeyCreate: {
            name: components["schemas"]["Name"];
            /** @description `response.clientDataJSON` */
            client_data: components["schemas"]["Base64url"];
            /** @description `response.getAuthenticatorData()` */
            authenticator_data: components["schemas"]["Base64url"];
        };
        /** @description `/sign-in/oidc` of the console, which it is when it is left out, or `http://127.0.0.1:PORT/sign-in/oidc` of a program on the person's own machine (RFC 8252). The provider must know it too. */
        OidcRedirect: string;
        OidcBegin: {
            redirect_uri?: components["schemas"]["OidcRedirect"];
            /** @description For an account that is linked in several workspaces. */
            workspace_id?: components["schemas"]["WorkspaceId"];
            /** @description An operator's invitation, to accept it so. */
            invitation?: string;
        };
        OidcLinkBegin: {
            password: string;
            redirect_uri?: components["schemas"]["OidcRedirect"];
        };
        OidcOffer: {
            authorization_url: string;
            /** @description Keep it where only this browser or program finds it, as in its session storage; it goes into no URL. */
            handle: string;
            expires_at: components["schemas"]["Instant"];
        };
        OidcAnswer: {
            handle: string;
            /** @description As it came back. */
            state: string;
            /** @description As it came back. */
            code: string;
        };
        OidcSignIn: {
            handle: string;
            /** @description As it came back. */
            state: string;
            /** @description As it came back. */
            code: string;
            /** @description Of the authenticator app, or a recovery code. */
            second_factor?: string;
            /** @default false */
            cookie?: boolean;
        };
        OidcLink: {
            issuer: string;
            /** @description Who it is to the provider. */
            subject: string;
            /** @description As the provider had it when the link was made. Nothing is decided by it. */
            email: string | null;
            created_at: components["schemas"]["Instant"];
            last_used_at: components["schemas"]["MaybeInstant"];
        };
        OidcLinkPage: {
            items: components["schemas"]["OidcLink"][];
            next: components["schemas"]["Next"];
        };
        OidcLinkRemove: {
            issuer: string;
            password: string;
        };
        PasskeySignIn: {
            /** @description `rawId` */
            credential_id: components["schemas"]["Base64url"];
            client_data: components["schemas"]["Base64url"];
            authenticator_data: components["schemas"]["Base64url"];
            signature: components["schemas"]["Base64url"];
            /** @default false */
            cookie?: boolean;
        };
    };
    responses: {
        /** @description It is still as the ETag in If-None-Match names it. */
        NotModified: {
            headers: {
                ETag: components["headers"]["etag"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description `precondition_failed`: it is not any more what If-Match names. Nothing was done. The `ETag` of this answer is that of what there is. */
        PreconditionFailed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `malformed` (not JSON), `invalid_request` (see `errors`), `window_inverted`, `unknown_zone`, `label_malformed`, `file_malformed`, `file_forged`, `passkey_refused`. */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unauthorized`: no API key and no session, or one that is unknown or has ended. `sign_in_refused`, `second_factor_required`: not signed in. */
        Unauthorized: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `forbidden`: the key or role lacks the permission that `detail` names. `out_of_scope`: the key or operator is limited to some places, and this is about more. `origin_refused`: a request with a cookie that another site's page sent. `password_refused`, `second_factor_refused`, `passkey_refused`, `oidc_refused`, `oidc_not_linked`, `recovery_waits`, `own_recovery`: what was shown is not enough. `homes_off`: this platform offers no homes. */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `door_not_found`, `lock_not_found` and so on: nothing under that id in this workspace. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description It cannot be done as things are: `already_exists`, `door_taken`, `lock_claimed`, `lock_active`, `lock_not_active`, `lock_released`, `lock_written_off`, `lock_busy`, `sandbox_lock`, `no_lock`, `not_explainable`, `lock_offline`, `lock_unprotected`, `slots_full`,
         *     `codes_full`, `codes_in_use`, `pin_taken`, `pins_full`, `pins_in_use`, `schedule_in_use`, `calendar_in_use`, `kind_cannot_keep_rule`, `credential_exists`, `schedules_full`, `already_begun`, `code_keeps_window`, `not_counted_before`, `outside_window`, `ended`, `person_revoked`, `not_sms`, `no_phone`, `no_current_code`, `no_stored_code`, `file_stale`, `last_key`, `last_owner`, `operator_accepted`,
         *     `operator_ended`, `second_factor_set`, `no_second_factor`, `passkey_known`, `oidc_linked`, `oidc_taken`, `too_many`,
         *     `maker_unknown`, `makers_full`, `batches_full`, `batch_contradicts`, `identity_differs`, `images_full`, `image_in_use`, `no_locks`, `too_many_locks`, `lock_in_campaign`, `campaign_running`, `campaign_not_running`, `campaign_over`;
         *     and under an Idempotency-Key `idempotency_key_in_use`, `idempotency_answer_lost`.
         */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `too_large`: more than 64 KiB of JSON (1 MiB for `/v1/bulk`), a file longer than any lock writes, or a firmware image of more than 4 MiB. */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unsupported_media_type`: the content type is not the one that this route reads. */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `idempotency_key_reused`: another request was sent with this Idempotency-Key. */
        KeyReused: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `too_many_requests`, `pin_choices_spent`: tries are counted before they are looked at. Retry-After says when to come again. */
        TooManyRequests: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `too_many_streams`: this key or session holds 16 streams open, which is all it may. Close one, share one, or use another key. */
        TooManyStreams: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `oidc_unavailable`: this platform has no OpenID Connect provider, or cannot use it at the moment; its log says why. Sign in with a password, or come again after Retry-After. */
        NoProvider: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `lock_did_not_answer`: the lock was sent the command and said nothing in time. Its record tells what it did. */
        NoAnswer: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /** @description At most so many items. */
        limit: number;
        /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
        idempotency_key: string;
        /** @description The phone's mac over path and body (spec/phone.md §5). Any other is `phone_refused`. */
        phone_mac: string;
        /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
        if_none_match: string;
        /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
        if_match: string;
        /** @description `next` of the page before, unchanged, with the same other parameters. */
        cursor: string;
        /**
         * @description What somebody typed to find something: every word of it is somewhere in a name, in small or capital letters; of a door in its name or its site's, of a person in the name, the e-mail address
         *     or the telephone number. Those that begin with the whole come first, then the others, both by name. Up to four words: what follows the third blank is one.
         */
        q: string;
        site_id: components["schemas"]["SiteId"];
        door_id: components["schemas"]["DoorId"];
        lock_id: components["schemas"]["LockId"];
        person_id: components["schemas"]["PersonId"];
        grant_id: components["schemas"]["GrantId"];
        credential_id: components["schemas"]["CredentialId"];
        message_id: components["schemas"]["MessageId"];
        invitation_id: components["schemas"]["InvitationId"];
        phone_id: components["schemas"]["PhoneId"];
        event_id: components["schemas"]["EventId"];
        passkey_id: components["schemas"]["PasskeyId"];
        session_id: components["schemas"]["SessionId"];
        operator_id: components["schemas"]["OperatorId"];
        schedule_id: components["schemas"]["ScheduleId"];
        calendar_id: components["schemas"]["CalendarId"];
        webhook_id: components["schemas"]["WebhookId"];
        alert_id: components["schemas"]["AlertId"];
        maker_id: components["schemas"]["MakerId"];
        batch_id: components["schemas"]["LockBatchId"];
        image_id: components["schemas"]["ImageId"];
        campaign_id: components["schemas"]["CampaignId"];
        rule_id: components["schemas"]["AlertRuleId"];
        api_key_id: components["schemas"]["ApiKeyId"];
    };
    requestBodies: never;
    headers: {
        /** @description Names the state that this answer shows. For If-None-Match and If-Match. */
        etag: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["BadRequest"];
        };
    };
    get_workspace: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workspace. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    update_workspace: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkspaceUpdate"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
        };
    };
    bulk: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Bulk"];
            };
        };
        responses: {
            /** @description Was looked at, each by itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResults"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    create_sandbox_lock: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SandboxLockCreate"];
            };
        };
        responses: {
            /** @description The lock. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lock"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    type_at_sandbox_lock: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SandboxEntry"];
            };
        };
        responses: {
            /** @description What the lock said. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SandboxVerdict"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    simulate_sandbox_lock: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SandboxSimulation"];
            };
        };
        responses: {
            /** @description The lock. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lock"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    list_sites: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SitePage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    create_site: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SiteCreate"];
            };
        };
        responses: {
            /** @description The site. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Site"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    get_site: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                site_id: components["parameters"]["site_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The site. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Site"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    update_site: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                site_id: components["parameters"]["site_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SiteUpdate"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Site"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
        };
    };
    list_doors: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
                /** @description Only doors of this site. */
                site_id?: components["schemas"]["SiteId"];
                /** @description Only doors with a lock (`true`), claimed or active; or only those without one (`false`). */
                has_lock?: boolean;
                /**
                 * @description What somebody typed to find something: every word of it is somewhere in a name, in small or capital letters; of a door in its name or its site's, of a person in the name, the e-mail address
                 *     or the telephone number. Those that begin with the whole come first, then the others, both by name. Up to four words: what follows the third blank is one.
                 */
                q?: components["parameters"]["q"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoorPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    create_door: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DoorCreate"];
            };
        };
        responses: {
            /** @description The door. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Door"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    get_door: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                door_id: components["parameters"]["door_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The door. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Door"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    update_door: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                door_id: components["parameters"]["door_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DoorUpdate"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Door"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
        };
    };
    list_access_of_door: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                door_id: components["parameters"]["door_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    explain_door: {
        parameters: {
            query?: {
                /** @description The moment; now when left out. */
                at?: components["schemas"]["Instant"];
                person_id?: components["schemas"]["PersonId"];
            };
            header?: never;
            path: {
                door_id: components["parameters"]["door_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoorExplanation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
        };
    };
    list_locks: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
                /** @description The one of this door. */
                door_id?: components["schemas"]["DoorId"];
                /** @description Only at doors of this site. */
                site_id?: components["schemas"]["SiteId"];
                /** @description Only those in this state. */
                state?: "claimed" | "active" | "releasing" | "released" | "written_off";
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LockPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    claim_lock: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LockClaim"];
            };
        };
        responses: {
            /** @description The lock, `claimed`. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lock"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    get_lock: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The lock. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lock"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    withdraw_claim: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Withdrawn. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
        };
    };
    update_lock_settings: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LockSettingsUpdate"];
            };
        };
        responses: {
            /** @description The lock. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lock"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
        };
    };
    get_lock_bound: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bound. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Bound"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    get_lock_capacity: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The room. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LockCapacity"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
        };
    };
    exchange_lock_file: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description The file for the lock. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    unlock: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the lock said. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommandResult"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
            504: components["responses"]["NoAnswer"];
        };
    };
    release_keypad: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the lock said. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommandResult"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
            504: components["responses"]["NoAnswer"];
        };
    };
    get_release: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The release. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    release_lock: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the lock said. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReleaseResult"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
            504: components["responses"]["NoAnswer"];
        };
    };
    write_off_lock: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The lock as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lock"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    issue_service_code: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                lock_id: components["parameters"]["lock_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ServiceCodeCreate"];
            };
        };
        responses: {
            /** @description The code. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedCredential"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    list_persons: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
                /** @description The one with this external id. */
                external_id?: components["schemas"]["ExternalId"];
                /**
                 * @description What somebody typed to find something: every word of it is somewhere in a name, in small or capital letters; of a door in its name or its site's, of a person in the name, the e-mail address
                 *     or the telephone number. Those that begin with the whole come first, then the others, both by name. Up to four words: what follows the third blank is one.
                 */
                q?: components["parameters"]["q"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    create_person: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonCreate"];
            };
        };
        responses: {
            /** @description The person. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    get_person: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                person_id: components["parameters"]["person_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    update_person: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                person_id: components["parameters"]["person_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonUpdate"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
        };
    };
    revoke_person: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                person_id: components["parameters"]["person_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    list_access_grants: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
                /** @description Only of this person. */
                person_id?: components["schemas"]["PersonId"];
                /** @description Only for this door. */
                door_id?: components["schemas"]["DoorId"];
                /** @description Only those that follow this schedule. */
                schedule_id?: components["schemas"]["ScheduleId"];
                /** @description Only for a door of this site. */
                site_id?: components["schemas"]["SiteId"];
                /** @description The one with this external id, such as a booking's. */
                external_id?: components["schemas"]["ExternalId"];
                /** @description Only those that are so now. */
                state?: "upcoming" | "active" | "ended" | "revoked";
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessGrantPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    create_access_grant: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccessGrantCreate"];
            };
        };
        responses: {
            /** @description The grant. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessGrant"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    get_access_grant: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                grant_id: components["parameters"]["grant_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The grant. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessGrant"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    update_access_grant: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                grant_id: components["parameters"]["grant_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccessGrantUpdate"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedAccessGrant"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
        };
    };
    revoke_access_grant: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                grant_id: components["parameters"]["grant_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The grant. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessGrant"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    list_credentials: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                grant_id: components["parameters"]["grant_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CredentialPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    create_credential: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                grant_id: components["parameters"]["grant_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CredentialCreate"];
            };
        };
        responses: {
            /** @description The credential, and once what it opens with. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedCredential"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    list_schedules: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NamedSchedulePage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    create_schedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NamedScheduleCreate"];
            };
        };
        responses: {
            /** @description The schedule. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NamedSchedule"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    get_schedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                schedule_id: components["parameters"]["schedule_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The schedule. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NamedSchedule"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    delete_schedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                schedule_id: components["parameters"]["schedule_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
        };
    };
    update_schedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                schedule_id: components["parameters"]["schedule_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NamedScheduleUpdate"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NamedSchedule"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
        };
    };
    list_schedule_locks: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                schedule_id: components["parameters"]["schedule_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleLockPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    list_calendars: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalendarPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    create_calendar: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CalendarCreate"];
            };
        };
        responses: {
            /** @description The calendar. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Calendar"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    get_calendar: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                calendar_id: components["parameters"]["calendar_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The calendar. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Calendar"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    delete_calendar: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                calendar_id: components["parameters"]["calendar_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
        };
    };
    update_calendar: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                calendar_id: components["parameters"]["calendar_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CalendarUpdate"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Calendar"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
        };
    };
    list_grant_invitations: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                grant_id: components["parameters"]["grant_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantInvitationPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    create_grant_invitation: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                grant_id: components["parameters"]["grant_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GrantInvitationCreate"];
            };
        };
        responses: {
            /** @description The invitation, and its link unless it is mailed. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewGrantInvitation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    grant_to_phones: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                grant_id: components["parameters"]["grant_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["GrantToPhones"];
            };
        };
        responses: {
            /** @description The phones. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantedPhones"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    get_grant_invitation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                invitation_id: components["parameters"]["invitation_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invitation. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantInvitation"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    resend_grant_invitation: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                invitation_id: components["parameters"]["invitation_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invitation, and its link unless it is mailed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewGrantInvitation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    cancel_grant_invitation: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                invitation_id: components["parameters"]["invitation_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invitation. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantInvitation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    open_grant_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationOpen"];
            };
        };
        responses: {
            /** @description What it is to. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenedInvitation"];
                };
            };
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    claim_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationClaim"];
            };
        };
        responses: {
            /** @description The phone. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimedPhone"];
                };
            };
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    create_home: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HomeCreate"];
            };
        };
        responses: {
            /** @description The home. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Home"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    choose_pin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationPin"];
            };
        };
        responses: {
            /** @description The PIN. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChosenPin"];
                };
            };
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    fetch_schedule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleRequest"];
            };
        };
        responses: {
            /** @description The schedule. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SealedSchedule"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    fetch_leases: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeaseRequest"];
            };
        };
        responses: {
            /** @description The leases. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SealedSchedule"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    list_phone_keys: {
        parameters: {
            query?: never;
            header: {
                /** @description The phone's mac over path and body (spec/phone.md §5). Any other is `phone_refused`. */
                "Cardea-Phone-Mac": components["parameters"]["phone_mac"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhoneOrder"];
            };
        };
        responses: {
            /** @description Its keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneKeys"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    unlock_by_phone: {
        parameters: {
            query?: never;
            header: {
                /** @description The phone's mac over path and body (spec/phone.md §5). Any other is `phone_refused`. */
                "Cardea-Phone-Mac": components["parameters"]["phone_mac"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhoneUnlockOrder"];
            };
        };
        responses: {
            /** @description How far it is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneUnlock"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    share_key: {
        parameters: {
            query?: never;
            header: {
                /** @description The phone's mac over path and body (spec/phone.md §5). Any other is `phone_refused`. */
                "Cardea-Phone-Mac": components["parameters"]["phone_mac"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShareOrder"];
            };
        };
        responses: {
            /** @description The share, and its link unless it is mailed. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewShare"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    list_shares: {
        parameters: {
            query?: never;
            header: {
                /** @description The phone's mac over path and body (spec/phone.md §5). Any other is `phone_refused`. */
                "Cardea-Phone-Mac": components["parameters"]["phone_mac"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhoneOrder"];
            };
        };
        responses: {
            /** @description The shares. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Shares"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    end_share: {
        parameters: {
            query?: never;
            header: {
                /** @description The phone's mac over path and body (spec/phone.md §5). Any other is `phone_refused`. */
                "Cardea-Phone-Mac": components["parameters"]["phone_mac"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EndShareOrder"];
            };
        };
        responses: {
            /** @description The share. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Share"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    list_phone_events: {
        parameters: {
            query?: never;
            header: {
                /** @description The phone's mac over path and body (spec/phone.md §5). Any other is `phone_refused`. */
                "Cardea-Phone-Mac": components["parameters"]["phone_mac"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhoneEventsOrder"];
            };
        };
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneEvents"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    link_phone: {
        parameters: {
            query?: never;
            header: {
                /** @description The phone's mac over path and body (spec/phone.md §5). Any other is `phone_refused`. */
                "Cardea-Phone-Mac": components["parameters"]["phone_mac"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhoneOrder"];
            };
        };
        responses: {
            /** @description The link. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneLink"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    end_own_phone: {
        parameters: {
            query?: never;
            header: {
                /** @description The phone's mac over path and body (spec/phone.md §5). Any other is `phone_refused`. */
                "Cardea-Phone-Mac": components["parameters"]["phone_mac"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EndPhoneOrder"];
            };
        };
        responses: {
            /** @description The phone that has ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnPhone"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    list_phones: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                person_id: components["parameters"]["person_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhonePage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    lose_phones: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                person_id: components["parameters"]["person_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Those that it ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhonePage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    get_phone: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                phone_id: components["parameters"]["phone_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The phone. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Phone"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    revoke_phone: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                phone_id: components["parameters"]["phone_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The phone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Phone"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    lose_phone: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                phone_id: components["parameters"]["phone_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The phone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Phone"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    get_invitation_page: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                language: components["schemas"]["Language"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page without a script, under a policy that lets it load nothing. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            404: components["responses"]["NotFound"];
        };
    };
    use_invitation_page: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                language: components["schemas"]["Language"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    invitation?: string;
                    door_id?: string;
                    pin?: string;
                    /** @description The platform is to make one. */
                    make?: string;
                };
            };
        };
        responses: {
            /** @description The doors, or what became of the choice. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description The PIN is none, or not what the form sends. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The link brings no PIN, or there is no such language. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The PIN is not to be had. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            /** @description Too many tries or choices. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
        };
    };
    list_all_credentials: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
                /** @description Only of this person. */
                person_id?: components["schemas"]["PersonId"];
                /** @description Only at this door. */
                door_id?: components["schemas"]["DoorId"];
                /** @description Only of this lock: a door may have had another one. */
                lock_id?: components["schemas"]["LockId"];
                /** @description The one with this external id. */
                external_id?: components["schemas"]["ExternalId"];
                /** @description Only with this delivery now. */
                delivery?: components["schemas"]["Delivery"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CredentialPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    get_credential: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                credential_id: components["parameters"]["credential_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The credential. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credential"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    get_code: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                credential_id: components["parameters"]["credential_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The code. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CurrentCode"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
        };
    };
    send_code: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                credential_id: components["parameters"]["credential_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SendCode"];
            };
        };
        responses: {
            /** @description The message that waits in the outbox. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutboxMessage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    reveal_code: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                credential_id: components["parameters"]["credential_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The code. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevealedCode"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    change_pin: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                credential_id: components["parameters"]["credential_id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PinChange"];
            };
        };
        responses: {
            /** @description The credential, and once the PIN that the platform made. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedCredential"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    revoke_credential: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                credential_id: components["parameters"]["credential_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The credential. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credential"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    list_outbox: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
                /** @description Only in this state. */
                state?: components["schemas"]["MessageState"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutboxPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    get_outbox_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: components["parameters"]["message_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message; `text` is null once it was erased. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutboxMessageWithText"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    retry_message: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                message_id: components["parameters"]["message_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutboxMessage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    list_events: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
                /** @description Only events with a higher position, oldest first. */
                after?: number;
                /** @description Only at the doors of this site. */
                site_id?: components["schemas"]["SiteId"];
                /** @description Only at this door. */
                door_id?: components["schemas"]["DoorId"];
                /** @description Only of this lock. */
                lock_id?: components["schemas"]["LockId"];
                /** @description Only of this person. */
                person_id?: components["schemas"]["PersonId"];
                /** @description Only of this type. */
                type?: components["schemas"]["EventType"];
                /** @description Recorded at this instant or later. */
                from?: string;
                /** @description Recorded before this instant. */
                to?: string;
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    stream_events: {
        parameters: {
            query?: {
                /** @description Begin after this position. */
                after?: number;
                /** @description Only at the doors of this site. */
                site_id?: components["schemas"]["SiteId"];
                /** @description Only at this door. */
                door_id?: components["schemas"]["DoorId"];
                /** @description Only of this lock. */
                lock_id?: components["schemas"]["LockId"];
                /** @description Only of this person. */
                person_id?: components["schemas"]["PersonId"];
                /** @description Only of this type. */
                type?: components["schemas"]["EventType"];
            };
            header?: {
                /** @description Begin after this position. EventSource sends it by itself. */
                "Last-Event-ID"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyStreams"];
        };
    };
    get_event: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                event_id: components["parameters"]["event_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventWithProof"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    explain_event: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                event_id: components["parameters"]["event_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventExplanation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
        };
    };
    list_webhooks: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    create_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookCreate"];
            };
        };
        responses: {
            /** @description The webhook with its secret. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedWebhook"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    get_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                webhook_id: components["parameters"]["webhook_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    delete_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                webhook_id: components["parameters"]["webhook_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
        };
    };
    update_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                webhook_id: components["parameters"]["webhook_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookUpdate"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
        };
    };
    list_webhook_deliveries: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                webhook_id: components["parameters"]["webhook_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    rotate_webhook_secret: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                webhook_id: components["parameters"]["webhook_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook with its new secret. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedWebhook"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    list_alerts: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
                state?: components["schemas"]["AlertState"];
                lock_id?: components["schemas"]["LockId"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    get_alert: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                alert_id: components["parameters"]["alert_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The alert. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    acknowledge_alert: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                alert_id: components["parameters"]["alert_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertNote"];
            };
        };
        responses: {
            /** @description The alert. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    close_alert: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                alert_id: components["parameters"]["alert_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertNote"];
            };
        };
        responses: {
            /** @description The alert. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    list_alert_rules: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertRulePage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    create_alert_rule: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertRuleCreate"];
            };
        };
        responses: {
            /** @description The rule. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertRule"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    get_alert_rule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                rule_id: components["parameters"]["rule_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rule. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertRule"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    delete_alert_rule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                rule_id: components["parameters"]["rule_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
        };
    };
    update_alert_rule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                rule_id: components["parameters"]["rule_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertRuleUpdate"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertRule"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
        };
    };
    list_firmware_makers: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FirmwareMakerPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    add_firmware_maker: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FirmwareMakerCreate"];
            };
        };
        responses: {
            /** @description The maker. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FirmwareMaker"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    remove_firmware_maker: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                maker_id: components["parameters"]["maker_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. Images that were taken stay. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
        };
    };
    list_lock_batches: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LockBatchPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    add_lock_batch: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description The batch. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LockBatch"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    remove_lock_batch: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                batch_id: components["parameters"]["batch_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
        };
    };
    list_firmware_images: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FirmwareImagePage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    upload_firmware_image: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description What the image says of itself. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FirmwareImage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    get_firmware_image: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                image_id: components["parameters"]["image_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The image. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FirmwareImage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    delete_firmware_image: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                image_id: components["parameters"]["image_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
        };
    };
    list_firmware_campaigns: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
                state?: components["schemas"]["CampaignState"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    create_firmware_campaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignCreate"];
            };
        };
        responses: {
            /** @description The campaign. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Campaign"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    get_firmware_campaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                campaign_id: components["parameters"]["campaign_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The campaign. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Campaign"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    list_firmware_campaign_locks: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
                state?: components["schemas"]["UpdateState"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                campaign_id: components["parameters"]["campaign_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignLockPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    pause_firmware_campaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                campaign_id: components["parameters"]["campaign_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Campaign"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    resume_firmware_campaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                campaign_id: components["parameters"]["campaign_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Campaign"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    cancel_firmware_campaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                campaign_id: components["parameters"]["campaign_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Campaign"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    list_api_keys: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    create_api_key: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiKeyCreate"];
            };
        };
        responses: {
            /** @description The key. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedApiKey"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    revoke_api_key: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                api_key_id: components["parameters"]["api_key_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It opens nothing any more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
        };
    };
    list_operators: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: components["parameters"]["limit"];
                /** @description `next` of the page before, unchanged, with the same other parameters. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatorPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    create_operator: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperatorCreate"];
            };
        };
        responses: {
            /** @description The operator, `invited`. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitedOperator"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    get_operator: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                operator_id: components["parameters"]["operator_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operator. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operator"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    update_operator: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                operator_id: components["parameters"]["operator_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperatorUpdate"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operator"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
        };
    };
    renew_invitation: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                operator_id: components["parameters"]["operator_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operator and the invitation. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitedOperator"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    end_operator: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                operator_id: components["parameters"]["operator_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operator. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operator"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    end_sessions_of_operator: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                operator_id: components["parameters"]["operator_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operator. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operator"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    cancel_recovery: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                operator_id: components["parameters"]["operator_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operator. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operator"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
        };
    };
    approve_recovery: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                operator_id: components["parameters"]["operator_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operator. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operator"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["KeyReused"];
        };
    };
    accept_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationAccept"];
            };
        };
        responses: {
            /** @description The operator, `active`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operator"];
                };
            };
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    list_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All that are open. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description The session. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    end_all_sessions: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All have ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            412: components["responses"]["PreconditionFailed"];
        };
    };
    end_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                session_id: components["parameters"]["session_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
        };
    };
    get_account: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description My account. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Changed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    begin_totp: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TotpBegin"];
            };
        };
        responses: {
            /** @description For the app; shown once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TotpOffer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    confirm_totp: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TotpConfirm"];
            };
        };
        responses: {
            /** @description Codes for who loses the app, each good once; shown here and never again. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    remove_totp: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TotpRemove"];
            };
        };
        responses: {
            /** @description Removed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    renew_recovery_codes: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecoveryCodesRenew"];
            };
        };
        responses: {
            /** @description The codes, each good once; shown here and never again. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    cancel_own_recovery: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operator. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operator"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
        };
    };
    list_passkeys: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    create_passkey: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyCreate"];
            };
        };
        responses: {
            /** @description The passkey. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Passkey"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
        };
    };
    begin_passkey: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyBegin"];
            };
        };
        responses: {
            /** @description For the browser. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyOffer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    get_passkey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path: {
                passkey_id: components["parameters"]["passkey_id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The passkey. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Passkey"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
        };
    };
    update_passkey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what the caller has read, in its quotes. When it was changed since, nothing is done and the answer is 412. */
                "If-Match"?: components["parameters"]["if_match"];
            };
            path: {
                passkey_id: components["parameters"]["passkey_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyUpdate"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Passkey"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
        };
    };
    remove_passkey: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path: {
                passkey_id: components["parameters"]["passkey_id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyBegin"];
            };
        };
        responses: {
            /** @description It signs nobody in any more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    begin_passkey_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description For the browser. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyChallenge"];
                };
            };
            400: components["responses"]["BadRequest"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    sign_in_with_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeySignIn"];
            };
        };
        responses: {
            /** @description The session. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    list_oidc_links: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an answer that the caller has kept. While it still holds, the answer is 304 without a body. */
                "If-None-Match"?: components["parameters"]["if_none_match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    ETag: components["headers"]["etag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OidcLinkPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    create_oidc_link: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OidcAnswer"];
            };
        };
        responses: {
            /** @description The link. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OidcLink"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            503: components["responses"]["NoProvider"];
        };
    };
    begin_oidc_link: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OidcLinkBegin"];
            };
        };
        responses: {
            /** @description Where to go. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OidcOffer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["NoProvider"];
        };
    };
    remove_oidc_link: {
        parameters: {
            query?: never;
            header?: {
                /** @description A text of the caller's own, such as a UUID, new for each thing it wants done. See above. */
                "Idempotency-Key"?: components["parameters"]["idempotency_key"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OidcLinkRemove"];
            };
        };
        responses: {
            /** @description It signs nobody in any more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["KeyReused"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    begin_oidc_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OidcBegin"];
            };
        };
        responses: {
            /** @description Where to go. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OidcOffer"];
                };
            };
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["NoProvider"];
        };
    };
    sign_in_with_oidc: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OidcSignIn"];
            };
        };
        responses: {
            /** @description The session. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["NoProvider"];
        };
    };
    ask_recovery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecoveryAsk"];
            };
        };
        responses: {
            /** @description Noted. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryAsked"];
                };
            };
            400: components["responses"]["BadRequest"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
    complete_recovery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecoveryComplete"];
            };
        };
        responses: {
            /** @description The operator. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operator"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
        };
    };
}
