# The service's files, which `cmake --install` installs as the component `program`, and the Debian
# packages (scripts/package): `troupe` is the program with its library, `libtroupe-dev` is what other
# programs are built with.
set(_files ${CMAKE_SOURCE_DIR}/scripts/packages)
install(FILES ${_files}/troupe.service DESTINATION lib/systemd/system COMPONENT program)
install(FILES ${_files}/troupe.sysusers DESTINATION lib/sysusers.d RENAME troupe.conf COMPONENT program)
install(FILES ${_files}/troupe.logrotate DESTINATION /etc/logrotate.d RENAME troupe COMPONENT program)
install(FILES ${_files}/troupe.toml DESTINATION /etc/troupe COMPONENT program)
install(FILES LICENSE DESTINATION share/doc/troupe RENAME copyright COMPONENT program)
install(FILES CHANGELOG.md DESTINATION share/doc/troupe COMPONENT program)
# The scripts come from the program itself.
foreach(_shell_file bash:bash-completion/completions/troupe zsh:zsh/vendor-completions/_troupe
                    fish:fish/vendor_completions.d/troupe.fish)
  string(REPLACE ":" ";" _shell_file ${_shell_file})
  list(GET _shell_file 0 _shell)
  list(GET _shell_file 1 _file)
  cmake_path(GET _file PARENT_PATH _folder)
  cmake_path(GET _file FILENAME _name)
  add_custom_command(OUTPUT completion/${_file}
    COMMAND ${CMAKE_COMMAND} -E make_directory completion/${_folder}
    COMMAND troupe completion ${_shell} > completion/${_file}
    DEPENDS troupe VERBATIM)
  list(APPEND _completions ${CMAKE_CURRENT_BINARY_DIR}/completion/${_file})
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/completion/${_file} DESTINATION share/${_folder}
    COMPONENT program)
endforeach()
add_custom_target(completions ALL DEPENDS ${_completions})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_CONTACT "The Troupe authors <troupe@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "broker for pools of worker processes")
set(CPACK_COMPONENTS_ALL library program development)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_COMPONENT_LIBRARY_GROUP troupe)
set(CPACK_COMPONENT_PROGRAM_GROUP troupe)
set(CPACK_COMPONENT_DEVELOPMENT_GROUP development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The program's own library is found here while its dependencies are looked up.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CMAKE_BINARY_DIR})
set(CPACK_DEBIAN_TROUPE_PACKAGE_NAME troupe)
set(CPACK_DEBIAN_TROUPE_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_TROUPE_DEBUGINFO_PACKAGE ON)
set(CPACK_DEBIAN_TROUPE_PACKAGE_CONTROL_EXTRA
  "${_files}/postinst;${_files}/prerm;${_files}/postrm;${_files}/conffiles")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libtroupe-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "troupe (= ${PROJECT_VERSION}), libcaf-dev, libboost-dev, libboost-json-dev, libspdlog-dev, libexpected-dev")
include(CPack)
