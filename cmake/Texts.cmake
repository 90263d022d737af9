# rollcall_texts(MODULE HEADER FILE...): compiles text files of MODULE's folder into its library, as
# constants of the generated header "MODULE/HEADER". The suffix of a file begins the name of its
# constant: 0003-import-names.sql becomes sql_0003_import_names, 0001-users.sqlite.sql
# sql_0001_users_sqlite.
function(rollcall_texts module header)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ARGN})
  set(content "// Generated from ${CMAKE_SOURCE_DIR}/${module}.\n#pragma once\n\n")
  string(APPEND content "#include <string_view>\n\nnamespace rollcall::${module} {\n\n")
  foreach(file ${ARGN})
    get_filename_component(name ${file} NAME)
    string(REGEX REPLACE "(.*)\\.([a-z]+)$" "\\2_\\1" name ${name})
    string(MAKE_C_IDENTIFIER ${name} name)
    file(READ ${file} text)
    string(APPEND content "inline constexpr std::string_view ${name} = R\"text(${text})text\";\n")
  endforeach()
  string(APPEND content "\n}  // namespace rollcall::${module}\n")
  set(generated ${CMAKE_BINARY_DIR}/generated)
  file(CONFIGURE OUTPUT ${generated}/${module}/${header} CONTENT "${content}" @ONLY)
  target_include_directories(rollcall_${module} PRIVATE ${generated})
endfunction()
