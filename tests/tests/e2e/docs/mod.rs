//! The docs are held to what is true: links, commands, generated pages, the pages for those who come from other tools, and the
//! messages that the page about trouble quotes.

mod commands;
mod links;
mod lists;
mod markdown;
mod moving;
mod places;
mod reference;
mod shell;
mod trouble;
