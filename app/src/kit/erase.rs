//! Views whose type is forgotten, so that what holds them is compiled once.

use leptos::{
    children::{ChildrenOptContainer, ToChildren},
    prelude::*,
};

/// What stands between the tags of a component of the kit.
pub struct Content(Box<dyn FnOnce() -> AnyView + Send>);

impl Content {
    pub fn view(self) -> AnyView {
        self.0()
    }
}

impl<F, V> ToChildren<F> for Content
where
    F: FnOnce() -> V + Send + 'static,
    V: RenderHtml + Send + 'static,
{
    fn to_children(children: F) -> Self {
        Self(Box::new(move || children().erased()))
    }
}

/// A single text or value, which the macro does not make a closure of.
impl<V: RenderHtml + Send + 'static> ToChildren<ChildrenOptContainer<V>> for Content {
    fn to_children(child: ChildrenOptContainer<V>) -> Self {
        Self(Box::new(move || child.0.erased()))
    }
}

/// Forgets the type of a view. Like leptos' `into_any`, but without the code that would wait for
/// parts of it that are loaded later while the browser takes over the server's page: a fifth of
/// all that is sent. Only the way down to the routes has such parts, and goes by `into_any`.
pub trait Erase {
    fn erased(self) -> AnyView;
}

#[cfg(not(feature = "hydrate"))]
impl<V: RenderHtml + Send + 'static> Erase for V {
    fn erased(self) -> AnyView {
        self.into_any()
    }
}

#[cfg(feature = "hydrate")]
impl<V: RenderHtml + Send + 'static> Erase for V {
    fn erased(self) -> AnyView {
        whole::Whole(self).into_any()
    }
}

#[cfg(feature = "hydrate")]
mod whole {
    use std::future::{Future, ready};

    use leptos::{
        attr::{Attribute, any_attribute::AnyAttribute},
        prelude::{AddAnyAttr, Render, RenderHtml},
        tachys::{
            hydration::Cursor,
            view::{Position, PositionState},
        },
    };

    /// A view that is there as a whole when the browser takes over: it is taken over in one go.
    pub(super) struct Whole<V>(pub V);

    impl<V: Render> Render for Whole<V> {
        type State = V::State;

        fn build(self) -> V::State {
            self.0.build()
        }

        fn rebuild(self, state: &mut V::State) {
            self.0.rebuild(state);
        }
    }

    impl<V: RenderHtml> AddAnyAttr for Whole<V> {
        type Output<A: Attribute> = V::Output<A>;

        fn add_any_attr<A: Attribute>(self, attribute: A) -> V::Output<A>
        where
            V::Output<A>: RenderHtml,
        {
            self.0.add_any_attr(attribute)
        }
    }

    impl<V: RenderHtml> RenderHtml for Whole<V> {
        type AsyncOutput = V::AsyncOutput;
        type Owned = Whole<V::Owned>;
        const MIN_LENGTH: usize = V::MIN_LENGTH;
        const EXISTS: bool = V::EXISTS;

        fn dry_resolve(&mut self) {
            self.0.dry_resolve();
        }

        fn resolve(self) -> impl Future<Output = V::AsyncOutput> + Send {
            self.0.resolve()
        }

        fn to_html_with_buf(
            self,
            buf: &mut String,
            position: &mut Position,
            escape: bool,
            mark_branches: bool,
            extra_attrs: Vec<AnyAttribute>,
        ) {
            self.0.to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
        }

        fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> V::State {
            self.0.hydrate::<FROM_SERVER>(cursor, position)
        }

        fn hydrate_async(self, cursor: &Cursor, position: &PositionState) -> impl Future<Output = V::State> {
            ready(self.hydrate::<true>(cursor, position))
        }

        fn into_owned(self) -> Self::Owned {
            Whole(self.0.into_owned())
        }
    }
}
