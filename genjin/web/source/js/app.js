// The behaviours of every page. Each file is one behaviour, attached by delegation, so it survives swaps.
