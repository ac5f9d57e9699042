# What `cmake --install` installs, in three components: `program` is troupe with its manual and its
# completions, `library` what it and other programs run with, `development` what those are built with.
include(CMakePackageConfigHelpers)

install(TARGETS troupe RUNTIME COMPONENT program)
# The notices of what the dashboard's page is made of.
install(FILES ${CMAKE_SOURCE_DIR}/broker/dashboard/page/dist/licenses.txt
  DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME dashboard-licenses.txt COMPONENT program)
install(TARGETS libtroupe
  LIBRARY COMPONENT library NAMELINK_COMPONENT development)
install(TARGETS troupe-guardian
  RUNTIME DESTINATION ${CMAKE_INSTALL_LIBDIR}/libtroupe COMPONENT library)

# The public headers keep their paths below include/troupe/. Those of actors/public/ are included as
# troupe/NAME.hpp, by a header of one line.
file(STRINGS ${CMAKE_SOURCE_DIR}/actors/public/headers.txt public_headers)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/actors/public/headers.txt)
foreach(header IN LISTS public_headers)
  cmake_path(GET header PARENT_PATH folder)
  install(FILES ${CMAKE_SOURCE_DIR}/${header}
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/troupe/${folder} COMPONENT development)
  if(folder STREQUAL "actors/public")
    cmake_path(GET header FILENAME name)
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/include/troupe/${name}
      CONTENT "#pragma once\n\n#include \"${header}\"\n" @ONLY)
    install(FILES ${CMAKE_BINARY_DIR}/include/troupe/${name}
      DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/troupe COMPONENT development)
  endif()
endforeach()

set(cmake_folder ${CMAKE_INSTALL_LIBDIR}/cmake/Troupe)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/TroupeConfig.cmake.in
  ${CMAKE_BINARY_DIR}/TroupeConfig.cmake INSTALL_DESTINATION ${cmake_folder}
  PATH_VARS CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/TroupeConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/TroupeConfig.cmake ${CMAKE_BINARY_DIR}/TroupeConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindCAF.cmake
  DESTINATION ${cmake_folder} COMPONENT development)
