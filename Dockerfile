# Isos with a Java runtime:  docker build -t isos .  &&  docker run --rm isos run -w resnet50-96 -a isosceles
# Files of yours:            docker run --rm --user "$(id -u):$(id -g)" -v "$PWD":/work isos run -w model.onnx -a isosceles --out results
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2/repository \
    mvn -B -q -Prelease -Dmaven.test.skip -Dmaven.javadoc.skip -Dspotless.check.skip -pl isos-cli -am package \
 && mkdir /isos && tar -xzf isos-cli/target/isos-cli-*-archive.tar.gz -C /isos --strip-components=1

FROM eclipse-temurin:17-jre
COPY --from=build /isos /opt/isos
RUN useradd isos && install -d -o isos /work
# Any user may run it, also one without a home: docker run --user.
ENV ISOS_CACHE=/tmp/isos
USER isos
WORKDIR /work
ENTRYPOINT ["/opt/isos/bin/isos"]
