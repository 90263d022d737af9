// Who answers what: a typed handle for every actor, a sentence for every message.
#pragma once

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include "actors/directory/messages.hpp"

namespace rollcall::actors {

/// Looks users up in the database. Lives on the HTTP loop, or, where the engine blocks, on a loop
/// of its own.
using LookupStoreHandle = caf::typed_actor<
    // Looks the ids up in one statement and brings the users that exist.
    caf::replies_to<FindUsers>::with<FindUsersReply>,
    // Runs a real statement and says whether it can read.
    caf::replies_to<Probe>::with<ProbeReply>>;

/// Brings pages of users from the database.
using PageStoreHandle = caf::typed_actor<
    // Brings one page of users, ascending by id.
    caf::replies_to<ListUsers>::with<ListUsersReply>,
    // Runs a real statement and says whether it can read.
    caf::replies_to<Probe>::with<ProbeReply>>;

/// Both; what an engine's reading store is.
using ReadStoreHandle = caf::typed_actor<caf::replies_to<FindUsers>::with<FindUsersReply>,
                                         caf::replies_to<ListUsers>::with<ListUsersReply>,
                                         caf::replies_to<Probe>::with<ProbeReply>>;

/// Writes to the database; there is one in the process.
using WriteStoreHandle = caf::typed_actor<
    // Applies the writes in one transaction, in order, and answers after commit, each its own
    // reply.
    caf::replies_to<WriteGroup>::with<WriteGroupReply>,
    // Runs a real statement behind the groups that came before, and says whether it can write.
    caf::replies_to<Probe>::with<ProbeReply>>;

/// Looks users up for one loop: cache, one flight for each id, batches while the store is busy.
using DirectoryHandle = caf::typed_actor<
    // Answers from the cache, or joins or starts a flight.
    caf::replies_to<FindUser>::with<FindUserReply>,
    // Fetches a page from the store; pages are not cached.
    caf::replies_to<ListUsers>::with<ListUsersReply>,
    // Drops the entries, seals the flights, and says so.
    caf::replies_to<Forget>::with<Forgotten>,
    // What is cached may be trusted for a while; or not at all.
    caf::reacts_to<Vouch>, caf::reacts_to<Distrust>>;

/// Orders all writes and groups those that wait into one transaction.
using RegistrarHandle = caf::typed_actor<
    // Answers once the write is durable and every directory has forgotten the user.
    caf::replies_to<WriteUser>::with<WriteUserReply>>;

/// Tells every directory of this process what to forget, and whether to trust what it keeps.
using FeedHandle = caf::typed_actor<
    // Answers once every directory has forgotten.
    caf::replies_to<Forget>::with<Forgotten>,
    // Says whether it hears what other nodes change.
    caf::replies_to<Probe>::with<ProbeReply>>;

}  // namespace rollcall::actors
