ARG PARITY
FROM $PARITY/probe:1 AS first
RUN echo first > /which
FROM first AS middle
ARG WORD
ENV WORD=$WORD
RUN echo "middle $WORD" > /which
FROM middle
RUN echo last > /which
