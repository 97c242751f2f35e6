//! Views whose type is forgotten, so that what holds them is compiled once.

use std::sync::Arc;

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

/// What stands between the tags of a component that makes it anew each time.
#[derive(Clone)]
pub struct Contents(Arc<dyn Fn() -> AnyView + Send + Sync>);

impl Contents {
    pub fn view(&self) -> AnyView {
        self.0()
    }
}

impl<F, V> From<F> for Contents
where
    F: Fn() -> V + Send + Sync + 'static,
    V: RenderHtml + Send + 'static,
{
    fn from(view: F) -> Self {
        Self(Arc::new(move || view().erased()))
    }
}

impl<F, V> ToChildren<F> for Contents
where
    F: Fn() -> V + Send + Sync + 'static,
    V: RenderHtml + Send + 'static,
{
    fn to_children(children: F) -> Self {
        children.into()
    }
}

/// Its contents while `when` holds.
#[component]
pub fn Show<W>(when: W, children: Contents) -> impl IntoView
where
    W: Fn() -> bool + Send + Sync + 'static,
{
    let when = Memo::new(move |_| when());
    move || when.get().then(|| children.view())
}

/// Forgets the type of a view. Like leptos' `into_any`, but with less code for each type: above all
/// without that which would wait for parts loaded later, while the browser takes over the server's
/// page. Only the way down to the routes has such parts, and goes by `into_any`.
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
        // What leaves no trace in the page needs the mark that leptos sets for it.
        if V::EXISTS { whole::Whole::new(self).into_any() } else { self.into_any() }
    }
}

#[cfg(feature = "hydrate")]
mod whole {
    use std::{
        any::{Any, TypeId},
        future::{Future, ready},
    };

    use leptos::{
        attr::{Attribute, any_attribute::AnyAttribute},
        prelude::{AddAnyAttr, Render, RenderHtml},
        tachys::{
            hydration::Cursor,
            renderer::types::{Element, Node},
            view::{Mountable, Position, PositionState},
        },
    };

    /// A view that is there as a whole when the browser takes over: it is taken over in one go.
    pub(super) struct Whole(Box<dyn Part>);

    impl Whole {
        pub(super) fn new<V: RenderHtml + 'static>(view: V) -> Self {
            Self(Box::new(view))
        }
    }

    /// What a view does here, whatever its type.
    trait Part: Send {
        fn kind(&self) -> TypeId;
        fn build(self: Box<Self>) -> Box<dyn Shown>;
        fn hydrate(self: Box<Self>, cursor: &Cursor, position: &PositionState) -> Box<dyn Shown>;
        /// Nothing, where what is shown is not of this type.
        fn rebuild(self: Box<Self>, shown: &mut dyn Any);
    }

    impl<V: RenderHtml + 'static> Part for V {
        fn kind(&self) -> TypeId {
            TypeId::of::<V>()
        }

        fn build(self: Box<Self>) -> Box<dyn Shown> {
            Box::new(Render::build(*self))
        }

        fn hydrate(self: Box<Self>, cursor: &Cursor, position: &PositionState) -> Box<dyn Shown> {
            Box::new(RenderHtml::hydrate::<true>(*self, cursor, position))
        }

        fn rebuild(self: Box<Self>, shown: &mut dyn Any) {
            if let Some(shown) = shown.downcast_mut() {
                Render::rebuild(*self, shown);
            }
        }
    }

    /// What stands in the page.
    trait Shown: Mountable + Any {}
    impl<S: Mountable + Any> Shown for S {}

    pub(super) struct State {
        /// The type of the view, which what it left in the page does not tell.
        kind: TypeId,
        shown: Box<dyn Shown>,
    }

    impl Mountable for State {
        fn unmount(&mut self) {
            self.shown.unmount();
        }

        fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
            self.shown.mount(parent, marker);
        }

        fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
            self.shown.insert_before_this(child)
        }

        fn elements(&self) -> Vec<Element> {
            self.shown.elements()
        }
    }

    impl Render for Whole {
        type State = State;

        fn build(self) -> State {
            State { kind: self.0.kind(), shown: self.0.build() }
        }

        fn rebuild(self, state: &mut State) {
            if self.0.kind() == state.kind {
                return self.0.rebuild(state.shown.as_mut());
            }
            let mut new = self.build();
            state.insert_before_this(&mut new);
            state.unmount();
            *state = new;
        }
    }

    /// Attributes are set on what stands in the page, by leptos' own erased view around this.
    impl AddAnyAttr for Whole {
        type Output<A: Attribute> = Self;

        fn add_any_attr<A: Attribute>(self, _attribute: A) -> Self {
            self
        }
    }

    impl RenderHtml for Whole {
        type AsyncOutput = Self;
        type Owned = Self;
        const MIN_LENGTH: usize = 0;

        fn dry_resolve(&mut self) {}

        fn resolve(self) -> impl Future<Output = Self> + Send {
            ready(self)
        }

        /// The browser writes no HTML.
        fn to_html_with_buf(
            self,
            _buf: &mut String,
            _position: &mut Position,
            _escape: bool,
            _mark_branches: bool,
            _extra_attrs: Vec<AnyAttribute>,
        ) {
        }

        fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> State {
            State { kind: self.0.kind(), shown: self.0.hydrate(cursor, position) }
        }

        fn hydrate_async(self, cursor: &Cursor, position: &PositionState) -> impl Future<Output = State> {
            ready(self.hydrate::<true>(cursor, position))
        }

        fn into_owned(self) -> Self {
            self
        }
    }
}
