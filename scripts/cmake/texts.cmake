# What the program says of itself, as the files that manuals and shells read: made by the program
# that was built, and installed with it.
set(_sources ${CMAKE_SOURCE_DIR}/scripts/manual ${CMAKE_SOURCE_DIR}/broker/command-line.md
  ${CMAKE_SOURCE_DIR}/protocol/configuration.md)
file(GLOB _modules CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/scripts/manuals/*.py)
# Which pages there are, the program knows: the first stands for all.
set(_manual ${CMAKE_BINARY_DIR}/manual)
add_custom_command(OUTPUT ${_manual}/troupe.1.gz
  COMMAND ${CMAKE_SOURCE_DIR}/scripts/manual $<TARGET_FILE:troupe> ${_manual}
  DEPENDS troupe ${_sources} ${_modules} VERBATIM)
foreach(_section 1 5)
  install(DIRECTORY ${_manual}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man${_section} COMPONENT program
    FILES_MATCHING PATTERN "*.${_section}.gz")
endforeach()

# troupe_completion(SHELL FOLDER NAME): the script of a shell, where that looks for it below share/.
function(troupe_completion shell folder name)
  set(file ${CMAKE_BINARY_DIR}/completion/${shell}/${name})
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/completion/${shell})
  add_custom_command(OUTPUT ${file}
    COMMAND troupe completion ${shell} > ${file}
    DEPENDS troupe VERBATIM)
  set_property(GLOBAL APPEND PROPERTY TROUPE_COMPLETIONS ${file})
  install(FILES ${file} DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder} COMPONENT program)
endfunction()

troupe_completion(bash bash-completion/completions troupe)
troupe_completion(zsh zsh/vendor-completions _troupe)
troupe_completion(fish fish/vendor_completions.d troupe.fish)

get_property(_completions GLOBAL PROPERTY TROUPE_COMPLETIONS)
add_custom_target(texts ALL DEPENDS ${_manual}/troupe.1.gz ${_completions})
