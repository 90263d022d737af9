// The keys by which e-mails and usernames are unique: the same for all ways to write one text.
#pragma once

#include <string>
#include <string_view>

namespace rollcall {

/// The text in Unicode's full case folding and in NFC, whatever the language (Unicode 3.13, D145).
/// ASCII in lower case where all of it is ASCII. `text` is valid UTF-8; the key may be longer.
/// Throws std::bad_alloc.
std::string text_key(std::string_view text);

/// The same of an e-mail's text, which has one @. The domain behind it is in A-labels (RFC 5890) as
/// by UTS 46, nontransitional, where it is a valid domain of IDNA 2008 (RFC 5891); else it is
/// folded as other text. A domain in ASCII is in lower case, valid or not.
std::string email_key(std::string_view text);

}  // namespace rollcall
