// The typed handles of the actors, with a sentence for each message.
#pragma once

#include <string>

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include "actors/directory/messages.hpp"

namespace rollcall::actors {

/// Looks users up in the database. Lives on the HTTP loop, or on a loop of its own if the engine
/// blocks.
using LookupStoreHandle = caf::typed_actor<
    // Looks the ids up together; answers the users that exist.
    caf::replies_to<FindUsers>::with<FindUsersReply>,
    // Runs a real statement and says whether it can read.
    caf::replies_to<Probe>::with<ProbeReply>>;

/// Reads lists of users, and pages of the log of changes, from the database.
using PageStoreHandle = caf::typed_actor<
    // Answers the users.
    caf::replies_to<ListUsers>::with<ListUsersReply>,
    // Answers how many there are at some time between the request and the reply.
    caf::replies_to<CountUsers>::with<CountUsersReply>,
    // Answers one page of changes, in the order of their commits; never from a replica.
    caf::replies_to<ListChanges>::with<ListChangesReply>,
    // Runs a real statement and says whether it can read.
    caf::replies_to<Probe>::with<ProbeReply>>;

/// Looks users up and reads lists: the read stores of both engines.
using ReadStoreHandle = caf::typed_actor<caf::replies_to<FindUsers>::with<FindUsersReply>,
                                         caf::replies_to<ListUsers>::with<ListUsersReply>,
                                         caf::replies_to<CountUsers>::with<CountUsersReply>,
                                         caf::replies_to<ListChanges>::with<ListChangesReply>,
                                         caf::replies_to<Probe>::with<ProbeReply>>;

/// Writes to the database; there is one in the process.
using WriteStoreHandle = caf::typed_actor<
    // Applies the writes in one transaction, in order; answers after the commit, with a reply for
    // each write.
    caf::replies_to<WriteGroup>::with<WriteGroupReply>,
    // Runs a real statement after the groups that came before, and says whether it can write.
    caf::replies_to<Probe>::with<ProbeReply>>;

/// Looks users up for one loop: a cache, one in-flight lookup for each id, batches while the store
/// is busy.
using UserLookupHandle = caf::typed_actor<
    // Answers from the cache, or joins or starts a lookup.
    caf::replies_to<FindUser>::with<FindUserReply>,
    // Drops the entries and supersedes the lookups, then answers.
    caf::replies_to<Invalidate>::with<Invalidated>,
    // Extend the lease under which the cache may answer; end it.
    caf::reacts_to<RenewLease>, caf::reacts_to<RevokeLease>>;

/// Orders all writes and groups those that wait into one transaction.
using WriteSequencerHandle = caf::typed_actor<
    // Answers once the write has failed, or is durable and its user invalidated in every cache.
    caf::replies_to<WriteUser>::with<WriteUserReply>>;

/// Invalidates the caches of this process, and grants their leases where other nodes write too.
using InvalidationFeedHandle = caf::typed_actor<
    // Answers once every cache has dropped the users.
    caf::replies_to<Invalidate>::with<Invalidated>,
    // Says whether it receives the changes of other nodes.
    caf::replies_to<Probe>::with<ProbeReply>>;

/// Reads the log of changes for all that follow it in this process.
using ChangeReaderHandle = caf::typed_actor<
    // Reads what is new, if anybody follows.
    caf::reacts_to<ReadChanges>>;

/// Follows the log of changes by what the change reader reads.
using ChangeFollowerHandle = caf::typed_actor<
    // Takes what is new, and answers once the next may come.
    caf::replies_to<ChangesRead>::with<ChangesTaken>>;

/// An actor that can be asked whether it serves.
using ProbedHandle = caf::typed_actor<caf::replies_to<Probe>::with<ProbeReply>>;

/// A part of the daemon that /ready shows.
struct ProbedPart {
  std::string name;
  ProbedHandle handle;
  bool needed = true;  // without it the daemon is not ready
};

}  // namespace rollcall::actors
