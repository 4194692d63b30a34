# Writes INPUT's text as a C++ raw string named VARIABLE to OUTPUT.
file(READ "${INPUT}" text)
string(FIND "${text}" ")gms_text\"" clash)
if(NOT clash EQUAL -1)
  message(FATAL_ERROR "${INPUT} holds the mark that would end its own literal: )gms_text\"")
endif()
file(WRITE "${OUTPUT}" "#include \"embedded/${VARIABLE}.h\"
namespace gms::embedded {
const std::string_view ${VARIABLE} = R\"gms_text(${text})gms_text\";
}
")
