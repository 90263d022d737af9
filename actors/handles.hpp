// Who answers what: a typed handle for every actor, a sentence for every message.
#pragma once

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include "actors/messages.hpp"

namespace rollcall::actors {

/// Reads from the database. Lives on the HTTP loop, or, where the engine blocks, on a loop of its
/// own.
using ReadStoreHandle = caf::typed_actor<
    // Looks the ids up in one statement and brings the users that exist.
    caf::replies_to<FindUsers>::with<FindUsersReply>,
    // Brings one page of users, ascending by id.
    caf::replies_to<ListUsers>::with<ListUsersReply>,
    // Runs a real statement and says whether it can read.
    caf::replies_to<Probe>::with<ProbeReply>>;

/// Writes to the database; there is one in the process.
using WriteStoreHandle = caf::typed_actor<
    // Applies the writes in one transaction, in order, and answers after commit, each its own
    // reply.
    caf::replies_to<WriteGroup>::with<WriteGroupReply>,
    // Runs a real statement and says whether it can write.
    caf::replies_to<Probe>::with<ProbeReply>>;

/// Looks users up for one loop: cache, one flight for each id, batches while the store is busy.
using DirectoryHandle = caf::typed_actor<
    // Answers from the cache, or joins or starts a flight.
    caf::replies_to<FindUser>::with<FindUserReply>,
    // Fetches a page from the store; pages are not cached.
    caf::replies_to<ListUsers>::with<ListUsersReply>,
    // Drops the entries, seals the flights, and says so.
    caf::replies_to<Forget>::with<Forgotten>>;

/// Orders all writes and groups those that wait into one transaction.
using RegistrarHandle = caf::typed_actor<
    // Answers once the write is durable and every directory has forgotten the user.
    caf::replies_to<WriteUser>::with<WriteUserReply>>;

/// Tells every directory of this process what to forget.
using FeedHandle = caf::typed_actor<
    // Answers once every directory has forgotten.
    caf::replies_to<Forget>::with<Forgotten>>;

}  // namespace rollcall::actors
