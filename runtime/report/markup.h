// Pieces of HTML that cannot be broken by what is put into them.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace gms::runtime {

/// Text for an element or a quoted attribute: & < > " ' are escaped, bytes that are not UTF-8 and control
/// characters become U+FFFD (names of files may hold any bytes).
std::string escaped(std::string_view text);

/// Base64 of RFC 4648, section 4.
std::string base64(std::span<const uint8_t> bytes);

/// `page` with each {{name}} replaced by its text, as it is; holes of other names stay.
std::string filled(std::string_view page,
                   std::initializer_list<std::pair<std::string_view, std::string_view>> holes);

/// A number as people write it: at most `digits` significant ones, no zeros at the end, exponents only far
/// from 1, and a true minus sign.
std::string numberText(double value, int digits = 4);

} // namespace gms::runtime
