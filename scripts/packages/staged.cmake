# Run by CPack on what it is to pack: /usr/lib needs no search path, which `cmake --install` to any
# other place does.
file(GLOB _programs
  ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/bin/troupe
  ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/lib/*/libtroupe/troupe-guardian
  ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/lib/libtroupe/troupe-guardian)
list(LENGTH _programs _count)
if(NOT _count EQUAL 2)
  message(FATAL_ERROR "expected troupe and troupe-guardian among what is packed, found: ${_programs}")
endif()
foreach(_program IN LISTS _programs)
  file(RPATH_REMOVE FILE ${_program})
endforeach()
