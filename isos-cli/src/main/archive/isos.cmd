@echo off
rem Starts Isos from the archive; needs a Java 17 or newer and nothing else.
rem   JAVA_HOME        the Java to use (default: the java on the PATH)
rem   ISOS_JAVA_OPTS   further options for the JVM, e.g. -Xmx8g
rem Without delayed expansion a "!" in a folder or an argument stays; without blocks a ")" in a folder ends none.
setlocal EnableExtensions DisableDelayedExpansion
if defined JAVA_HOME goto home
for %%j in (java.exe) do set "ISOS_JAVA=%%~$PATH:j"
if defined ISOS_JAVA goto start
echo isos: no java was found; install a Java 17 or newer, or name one in JAVA_HOME.>&2
exit /b 2
:home
set "ISOS_JAVA=%JAVA_HOME:"=%\bin\java.exe"
if exist "%ISOS_JAVA%" goto start
echo isos: JAVA_HOME is "%JAVA_HOME:"=%", where there is no bin\java.exe; it must name a Java 17 or newer.>&2
exit /b 2
:start
"%ISOS_JAVA%" -Xmx3g -XX:+UseParallelGC %ISOS_JAVA_OPTS% -cp "%~dp0..\lib\*" dev.isos.cli.Main %*
exit /b %ERRORLEVEL%
